package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is installed here, and in which version. */
final class Programs {
  private static final Path POSTGRESQL = Path.of("/usr/lib/postgresql");
  private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)+");
  private static final Pattern JAR = Pattern.compile("-(\\d[^/]*)\\.jar$");

  private Programs() {}

  /** The program of that name; on Debian some are in folders that are on nobody's search path. */
  static Optional<Path> find(String name) {
    return folders().stream()
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    for (String folder : Optional.ofNullable(System.getenv("PATH")).orElse("").split(":", -1)) {
      if (folder.startsWith("/")) {
        folders.add(Path.of(folder));
      }
    }
    folders.add(Path.of("/usr/sbin"));
    folders.add(Path.of("/usr/local/sbin"));
    folders.addAll(postgresqlFolders());
    return folders;
  }

  /** The newest first. */
  static List<Path> postgresqlFolders() {
    List<Path> versions = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(POSTGRESQL, "[0-9]*")) {
      all.forEach(versions::add);
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
    versions.sort(Comparator.comparing(Programs::major).reversed());
    return versions.stream().map(version -> version.resolve("bin")).toList();
  }

  private static int major(Path version) {
    String digits = String.valueOf(version.getFileName()).replaceAll("\\D.*", "");
    return Integer.parseInt(digits);
  }

  /** The first number with dots that the command prints; {@code unknown} if it prints none. */
  static String version(Path program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher matcher = VERSION.matcher(said);
      return matcher.find() ? matcher.group() : "unknown";
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** The version in the name of the jar that has this class; {@code development} without a jar. */
  static String versionOf(Class<?> ofLibrary) {
    CodeSource source = ofLibrary.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return "unknown";
    }
    try {
      Matcher matcher = JAR.matcher(source.getLocation().toURI().toString());
      return matcher.find() ? matcher.group(1) : "development";
    } catch (URISyntaxException e) {
      return "unknown";
    }
  }
}
