package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A Redis of its own on a Unix socket, without a port and without persistence: the fastest that it
 * can be had, and what it forgets when it ends.
 */
final class RedisServer {
  private static final String PROGRAM = "redis-server";

  private RedisServer() {}

  /** Whether it is here, for a client of that name and version. */
  static Found find(String client) {
    Optional<Path> program = Programs.find(PROGRAM);
    return program.isEmpty()
        ? new Found.Missing(PROGRAM, "apt-get install redis-server")
        : new Found.Here("Redis " + Programs.version(program.get(), "--version") + ", " + client);
  }

  /** Its address is the path of its socket. */
  static Service start(Path folder) throws IOException, InterruptedException {
    Path program =
        Programs.find(PROGRAM)
            .orElseThrow(() -> new IOException("there is no redis-server on the search path"));
    Path socket = Sockets.in(folder, "r.sock");
    List<String> command =
        List.of(
            program.toString(),
            "--port",
            "0",
            "--unixsocket",
            socket.toString(),
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder.toAbsolutePath().toString());
    return ServerProcess.start(
        Launch.of(PROGRAM, folder, command), socket.toString(), () -> Sockets.accepts(socket));
  }
}
