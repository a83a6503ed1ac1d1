package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code git} that stands before git: where it is, and which gits are on {@code PATH}. */
final class Shim {
  /** In the second line of the script; {@code lockctl git} skips what has it, too. */
  static final String MARKER = "lockbroker-shim";

  static final String DIR_OPTION = "--dir";
  private static final String NAME = "git";

  private final Path folder;
  private final boolean isDefault;
  private final Map<String, String> environment;

  private Shim(Path folder, boolean isDefault, Map<String, String> environment) {
    this.folder = folder;
    this.isDefault = isDefault;
    this.environment = environment;
  }

  /**
   * The shim in the chosen folder, or in the user's data folder.
   *
   * @throws CliException if the folder cannot be on {@code PATH}, or no home is known
   */
  static Shim in(@Nullable String chosen, Map<String, String> environment) {
    try {
      Path folder = chosen == null ? dataFolder(environment) : Path.of(chosen);
      folder = folder.toAbsolutePath().normalize();
      if (chosen != null && chosen.isEmpty()) {
        throw new CliException(ExitCode.USAGE, DIR_OPTION + " takes a folder; give one");
      }
      if (folder.toString().indexOf(':') >= 0 || folder.toString().indexOf('\n') >= 0) {
        throw new CliException(
            ExitCode.USAGE,
            "'"
                + Shown.path(folder)
                + "' has a colon or a line break, so it cannot be on PATH; choose another "
                + DIR_OPTION);
      }
      return new Shim(folder, chosen == null, environment);
    } catch (InvalidPathException e) {
      throw new CliException(
          ExitCode.USAGE, DIR_OPTION + " is no path: " + e.getReason() + "; choose another");
    }
  }

  private static Path dataFolder(Map<String, String> environment) {
    String data = environment.getOrDefault("XDG_DATA_HOME", "");
    if (data.startsWith("/")) {
      return Path.of(data, "lockbroker", "shim");
    }
    String home = environment.getOrDefault("HOME", "");
    if (home.isEmpty()) {
      throw new CliException(
          ExitCode.SETTINGS, "HOME is not set; say where with " + DIR_OPTION + " DIR");
    }
    return Path.of(home, ".local", "share", "lockbroker", "shim");
  }

  Path folder() {
    return folder;
  }

  /** Whether nobody else has a reason to use the folder. */
  boolean isDefault() {
    return isDefault;
  }

  OwnScript script() {
    return new OwnScript(folder.resolve(NAME), MARKER);
  }

  /** What the script would be if it were installed now, with this git behind it. */
  static String text(Path git) throws IOException {
    return ShellText.of("git-shim.sh")
        .replace("@GIT@", ShellText.quoted(git.toString()))
        .replace("@LOCKCTL@", ShellText.quoted(launcher()));
  }

  /** Whether the script is the one of this lockctl. It finds git anew each time it is started. */
  boolean isCurrent() throws IOException {
    Path file = script().file();
    return script().isOurs()
        && Files.isExecutable(file)
        && comparable(Files.readString(file)).equals(comparable(text(file)));
  }

  private static String comparable(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (String line : text.split("\n", -1)) {
      if (!line.startsWith("lockbroker_known=")) {
        out.append(line).append('\n');
      }
    }
    return out.toString();
  }

  /** The script that starts lockctl; empty if it was started without it. */
  private static String launcher() {
    String home = System.getProperty("lockbroker.home");
    return home == null
        ? ""
        : Path.of(home, "bin", "lockctl").toAbsolutePath().normalize().toString();
  }

  /** The first {@code git} on {@code PATH}, whatever it is; null if there is none. */
  @Nullable Path first() {
    List<Path> all = gits();
    return all.isEmpty() ? null : all.get(0);
  }

  /** The first git on {@code PATH} that is no shim; null if there is none. */
  @Nullable Path real() {
    for (Path git : gits()) {
      if (OwnScript.versionIn(git, MARKER) == null) {
        return git;
      }
    }
    return null;
  }

  private List<Path> gits() {
    List<Path> found = new ArrayList<>();
    for (String entry : environment.getOrDefault("PATH", "").split(":", -1)) {
      Path git = git(entry);
      if (git != null && Files.isRegularFile(git) && Files.isExecutable(git)) {
        found.add(git);
      }
    }
    return found;
  }

  private static @Nullable Path git(String folder) {
    try {
      return Path.of(folder, NAME).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** Whether who says {@code git} gets the shim. */
  boolean isFirst() {
    Path first = first();
    try {
      return first != null && Files.isSameFile(first, script().file());
    } catch (IOException e) {
      return false;
    }
  }
}
