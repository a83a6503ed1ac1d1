package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The files by which a service manager knows the broker: filled in, written, and taken away. */
final class ServiceFiles {
  /** Stands in each file that we have written, in whatever way it makes comments. */
  private static final String MARK = "Put in place by";

  private final Path folder;
  private final Map<String, String> contents;

  /**
   * Files to be.
   *
   * @param folder where
   * @param contents by name
   */
  ServiceFiles(Path folder, Map<String, String> contents) {
    this.folder = folder;
    this.contents = contents;
  }

  Path folder() {
    return folder;
  }

  /** A template of this installation. */
  static String template(Path home, String name) {
    Path file = home.resolve("share/lockbroker").resolve(name);
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CliException(
          ExitCode.NO_BROKER,
          Shown.path(file) + " cannot be read; build or install Lockbroker again");
    }
  }

  /**
   * The folder of this installation.
   *
   * @throws CliException if lockctl was not started by its script
   */
  static Path home() {
    return Path.of(BrokerLauncher.home()).normalize();
  }

  /** The launcher of the broker, by the name that stays when install.sh puts a newer one there. */
  static Path daemon(Path home) {
    Path own = home.resolve("bin/lockbrokerd");
    Path installed = home.resolve("../../../bin/lockbrokerd").normalize();
    try {
      return Files.isSymbolicLink(installed) && Files.isSameFile(installed, own) ? installed : own;
    } catch (IOException e) {
      return own;
    }
  }

  /**
   * Writes all of them.
   *
   * @return where they are
   * @throws CliException if one is there that we did not write
   */
  List<Path> write() throws IOException {
    for (String name : contents.keySet()) {
      requireOurs(folder.resolve(name));
    }
    Files.createDirectories(folder);
    List<Path> written = new ArrayList<>();
    for (Map.Entry<String, String> entry : contents.entrySet()) {
      Path file = folder.resolve(entry.getKey());
      Path fresh = folder.resolve("." + entry.getKey() + ".new");
      Files.writeString(fresh, entry.getValue());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      written.add(file);
    }
    return written;
  }

  /**
   * Takes them away, as far as they are there.
   *
   * @return those that were
   * @throws CliException if one is there that we did not write
   */
  List<Path> remove() throws IOException {
    List<Path> removed = new ArrayList<>();
    for (String name : contents.keySet()) {
      requireOurs(folder.resolve(name));
    }
    for (String name : contents.keySet()) {
      Path file = folder.resolve(name);
      if (Files.deleteIfExists(file)) {
        removed.add(file);
      }
    }
    return removed;
  }

  private static void requireOurs(Path file) throws IOException {
    if (Files.exists(file)
        && !new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(MARK)) {
      throw new CliException(
          ExitCode.SETTINGS,
          Shown.path(file)
              + " is there and not by 'lockctl broker install'; move it away, or keep it and do"
              + " without");
    }
  }
}
