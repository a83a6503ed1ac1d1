package dev.lockbroker.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What measured processes see of the world: nothing of the user's but the search path, and homes,
 * sockets and state in a folder of their own.
 *
 * @param folder absolute and real
 * @param hasArchive whether the launcher may make an archive of classes, which takes it seconds
 *     behind the first command
 */
public record Surroundings(Path folder, boolean hasArchive) {
  /** A Unix socket's path has room for 107 bytes; others put theirs in here, too. */
  private static final int LONGEST_SOCKET = 90;

  /**
   * Makes the folders.
   *
   * @throws IOException if they cannot be made, or a socket's path would be too long in there
   */
  public static Surroundings in(Path place, boolean hasArchive) throws IOException {
    Surroundings made = new Surroundings(Files.createDirectories(place).toRealPath(), hasArchive);
    if (made.socket().toString().length() > LONGEST_SOCKET) {
      throw new IOException(
          "'" + place + "' is too long for a Unix socket; let java.io.tmpdir be a short path");
    }
    for (String name : List.of("home", "state", "io")) {
      Files.createDirectories(made.folder.resolve(name));
    }
    Path runtime = Files.createDirectories(made.folder.resolve("run"));
    Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwx------"));
    return made;
  }

  /** Where a broker in here listens. */
  public Path socket() {
    return folder.resolve("run/b.sock");
  }

  /** Our state folder. */
  public Path state() {
    return folder.resolve("state");
  }

  /** Where the launcher keeps archives of classes for that JDK. */
  Path archiveOf(Path jdk) {
    return folder.resolve("archive" + jdk);
  }

  /** The whole environment of a process in here. */
  public Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("XDG_RUNTIME_DIR", folder.resolve("run").toString());
    environment.put("LOCKBROKER_STATE", state().toString());
    environment.put("LOCKBROKER_SOCKET", socket().toString());
    environment.put(
        "LOCKBROKER_ARCHIVE", hasArchive ? folder.resolve("archive").toString() : "off");
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    for (String who : List.of("AUTHOR", "COMMITTER")) {
      environment.put("GIT_" + who + "_NAME", "Somebody");
      environment.put("GIT_" + who + "_EMAIL", "somebody@example.org");
    }
    return environment;
  }
}
