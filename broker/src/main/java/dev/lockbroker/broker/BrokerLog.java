package dev.lockbroker.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sets up {@code java.util.logging} for a process that is a broker and nothing else. */
final class BrokerLog {
  /** Kept, or the garbage collector would take their levels. */
  private static final List<Logger> LIBRARIES =
      List.of(Logger.getLogger("io.grpc"), Logger.getLogger("io.netty"));

  /** Complains of each connection that its socket knows no SO_KEEPALIVE, which grpc always sets. */
  private static final Logger GRUMBLER =
      Logger.getLogger("io.grpc.netty.shaded.io.netty.bootstrap");

  private BrokerLog() {}

  /** Logs into the file, or to standard error if there is no file to be had. */
  static void open(Path file, Level level) {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(level);
    LIBRARIES.forEach(logger -> logger.setLevel(Level.WARNING));
    GRUMBLER.setLevel(Level.SEVERE);
    root.addHandler(handler(file, level));
  }

  private static Handler handler(Path file, Level level) {
    LogFile log = new LogFile(file);
    log.setLevel(level);
    try {
      log.open();
      return log;
    } catch (IOException e) {
      System.err.println("lockbrokerd: no log in " + file + " (" + e + "), logging here");
      ConsoleHandler console = new ConsoleHandler();
      console.setFormatter(new LineFormatter());
      console.setLevel(level);
      return console;
    }
  }
}
