package dev.lockbroker.cli;

import dev.lockbroker.core.process.Printable;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks of {@code doctor}: git, the shim before it, and Java. */
final class ToolChecks {
  private static final int BEGINNING = 1_024;

  /** Older ones have neither all the locks nor the settings that are reckoned with. */
  private static final int OLDEST_MINOR_OF_2 = 20;

  private static final Pattern VERSION = Pattern.compile("git version (\\d+)\\.(\\d+)\\S*");

  private ToolChecks() {}

  static List<Finding> all(Map<String, String> environment) {
    List<Path> gits = gits(environment.getOrDefault("PATH", ""));
    return List.of(git(real(gits)), shim(gits), java(commandLine()));
  }

  /** All that PATH has, in its order. */
  private static List<Path> gits(String searchPath) {
    List<Path> found = new ArrayList<>();
    for (String folder : searchPath.split(File.pathSeparator, -1)) {
      try {
        Path git = Path.of(folder.isEmpty() ? "." : folder, "git");
        if (Files.isRegularFile(git) && Files.isExecutable(git)) {
          found.add(git);
        }
      } catch (InvalidPathException e) {
        // Nothing can be there.
      }
    }
    return found;
  }

  private static @Nullable Path real(List<Path> gits) {
    return gits.stream().filter(git -> !isShim(git)).findFirst().orElse(null);
  }

  static boolean isShim(Path git) {
    try (InputStream in = Files.newInputStream(git)) {
      return new String(in.readNBytes(BEGINNING), StandardCharsets.ISO_8859_1)
          .contains(Shim.MARKER);
    } catch (IOException e) {
      return false;
    }
  }

  private static Finding git(@Nullable Path git) {
    if (git == null) {
      return Finding.fail("git", "there is no git on PATH", "install git, or correct PATH");
    }
    try {
      Process process =
          new ProcessBuilder(git.toString(), "version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return git(git, said);
    } catch (IOException e) {
      return Finding.fail(
          "git", Shown.path(git) + " cannot be run: " + DoctorCommand.why(e), "install git anew");
    }
  }

  static Finding git(Path git, String said) {
    Matcher matcher = VERSION.matcher(said);
    if (!matcher.find()) {
      return Finding.warn(
          "git", Shown.path(git) + " says '" + Printable.text(said) + "'", "see what it is");
    }
    int major = Integer.parseInt(matcher.group(1));
    int minor = Integer.parseInt(matcher.group(2));
    String shown = Printable.text(matcher.group()) + ", " + Shown.path(git);
    return major > 2 || (major == 2 && minor >= OLDEST_MINOR_OF_2)
        ? Finding.ok("git", shown)
        : Finding.warn(
            "git", shown + " is older than 2." + OLDEST_MINOR_OF_2, "install a newer git");
  }

  static Finding shim(List<Path> gits) {
    Path real = real(gits);
    Path shim = gits.stream().filter(ToolChecks::isShim).findFirst().orElse(null);
    if (shim == null) {
      return Finding.ok("shim", "none on PATH: only what is run by lockctl is locked");
    }
    if (real == null) {
      return Finding.fail(
          "shim",
          Shown.path(shim) + " is on PATH and no real git behind it",
          "install git, or put its folder behind the shim's in PATH");
    }
    if (gits.indexOf(real) < gits.indexOf(shim)) {
      return Finding.warn(
          "shim",
          Shown.path(real) + " stands before " + Shown.path(shim) + " on PATH: 'git' is not locked",
          "put "
              + Shown.path(shim.getParent() == null ? shim : shim.getParent())
              + " first in PATH");
    }
    return Finding.ok("shim", "'git' is " + Shown.path(shim) + ", before " + Shown.path(real));
  }

  static Finding java(String commandLine) {
    Runtime.Version version = Runtime.version();
    String shown = "Java " + version + ", " + Shown.path(Path.of(System.getProperty("java.home")));
    Matcher archive =
        Pattern.compile("-XX:(SharedArchiveFile|AOTCache)=([^\0]+)").matcher(commandLine);
    if (!archive.find()) {
      return Finding.ok("java", shown + ", without a class archive of ours");
    }
    Path file = Path.of(archive.group(2));
    return Files.isReadable(file)
        ? Finding.ok("java", shown + ", class archive " + Shown.path(file))
        : Finding.ok("java", shown + "; its class archive is not made yet: " + Shown.path(file));
  }

  private static String commandLine() {
    try {
      return Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
