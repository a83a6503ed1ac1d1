package dev.lockbroker.bench.peer;

import dev.lockbroker.core.process.LinuxHost;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A PostgreSQL of its own, on a Unix socket only. It refuses to run as root; then it runs as the
 * user {@code postgres} or {@code nobody}, in a temporary folder, since that user may not be able
 * to enter the one it is given.
 */
final class PostgresqlServer {
  /** The role that may do everything; its connections are trusted, being local. */
  static final String USER = "postgres";

  private static final List<String> UNPRIVILEGED = List.of("postgres", "nobody");

  /** More than the sessions that any workload has. */
  private static final int MOST_CONNECTIONS = 1_100;

  /** Of the socket's name only. */
  private static final int PORT = 5432;

  private PostgresqlServer() {}

  private static boolean isRoot() {
    return LinuxHost.current().uid() == 0;
  }

  /** The folder of both programs; one without the other is some other's. */
  private static Optional<Path> programs() {
    List<Path> folders = new ArrayList<>(Programs.postgresqlFolders());
    Programs.find("initdb").map(Path::getParent).ifPresent(folders::add);
    return folders.stream()
        .filter(
            folder ->
                Files.isExecutable(folder.resolve("initdb"))
                    && Files.isExecutable(folder.resolve("postgres")))
        .findFirst();
  }

  /** Whether it is here, for a client of that name and version. */
  static Found find(String client) {
    Optional<Path> programs = programs();
    if (programs.isEmpty()) {
      return new Found.Missing("PostgreSQL's server", "apt-get install postgresql");
    }
    if (isRoot() && Programs.find("setpriv").isEmpty()) {
      return new Found.Missing(
          "setpriv, by which root starts PostgreSQL", "apt-get install util-linux");
    }
    return new Found.Here(
        "PostgreSQL "
            + Programs.version(programs.get().resolve("postgres"), "--version")
            + ", "
            + client);
  }

  /** Its address is the path of its socket. */
  static Service start(Path folder) throws IOException, InterruptedException {
    Path programs =
        programs().orElseThrow(() -> new IOException("there is no PostgreSQL server here"));
    if (!isRoot()) {
      return start(folder, folder.toAbsolutePath(), List.of(), programs, Optional.empty());
    }
    UserPrincipal user = unprivileged();
    Scratch scratch = Scratch.in(Path.of(System.getProperty("java.io.tmpdir")));
    Files.setOwner(scratch.folder(), user);
    boolean done = false;
    try {
      Service service =
          start(folder, scratch.folder(), demotion(user), programs, Optional.of(scratch));
      done = true;
      return service;
    } finally {
      if (!done) {
        scratch.delete();
      }
    }
  }

  private static Service start(
      Path folder, Path home, List<String> demotion, Path programs, Optional<Scratch> scratch)
      throws IOException, InterruptedException {
    Path data = home.resolve("data");
    initialize(folder, home, demotion, programs.resolve("initdb"), data);
    Path socket = Sockets.in(home, ".s.PGSQL." + PORT);
    List<String> command = new ArrayList<>(demotion);
    command.addAll(List.of(programs.resolve("postgres").toString(), "-D", data.toString()));
    command.addAll(List.of("-k", home.toString(), "-p", Integer.toString(PORT)));
    command.addAll(List.of("-c", "listen_addresses="));
    command.addAll(List.of("-c", "max_connections=" + MOST_CONNECTIONS));
    Launch launch = Launch.of("postgres", folder, command).stoppedBy("INT");
    launch.builder().directory(home.toFile());
    return ServerProcess.start(
        scratch.map(launch::with).orElse(launch), socket.toString(), () -> Sockets.accepts(socket));
  }

  private static void initialize(
      Path folder, Path home, List<String> demotion, Path initdb, Path data)
      throws IOException, InterruptedException {
    Path log = folder.resolve("initdb.log");
    List<String> command = new ArrayList<>(demotion);
    command.addAll(List.of(initdb.toString(), "-D", data.toString(), "-U", USER));
    command.addAll(List.of("--auth=trust", "--no-locale", "--encoding=UTF8", "--no-sync"));
    Process process =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("initdb has failed; " + ServerProcess.tail(log));
    }
  }

  private static UserPrincipal unprivileged() throws IOException {
    UserPrincipalLookupService users = FileSystems.getDefault().getUserPrincipalLookupService();
    for (String name : UNPRIVILEGED) {
      try {
        return users.lookupPrincipalByName(name);
      } catch (UserPrincipalNotFoundException e) {
        // The next one.
      }
    }
    throw new IOException(
        "PostgreSQL does not run as root, and there is no user postgres or nobody here; run this"
            + " as another user");
  }

  /** What is put before a command so that this user runs it, under the same pid. */
  private static List<String> demotion(UserPrincipal user)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder("id", "-g", user.getName()).start();
    String group = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("id does not know the group of " + user.getName());
    }
    return List.of(
        "setpriv", "--reuid=" + user.getName(), "--regid=" + group.strip(), "--init-groups");
  }
}
