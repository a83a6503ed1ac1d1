package dev.lockbroker.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockctl broker stop}. */
@Command(
    name = "stop",
    description = "Stops the broker. Leases stay held; clients go on without it.")
final class BrokerStopCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  private static final long PATIENCE_MILLIS = 10_000;
  private static final long PAUSE_MILLIS = 20;

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = Settings.current();
    Path socket = settings.socket();
    Brokers.requireUsable(socket);
    BrokerInfo broker = Brokers.info(socket);
    if (broker == null || !Brokers.drain(socket)) {
      throw Brokers.absent(socket);
    }
    if (!hasGone(settings, socket, broker.pid())) {
      throw new CliException(
          ExitCode.NO_BROKER,
          "the broker (pid "
              + broker.pid()
              + ") was told to stop and is still there after "
              + Durations.show(PATIENCE_MILLIS)
              + "; look at "
              + Shown.quoted(broker.logFile()));
    }
    Console.answer("the broker (pid " + broker.pid() + ") has stopped");
    return ExitCode.OK;
  }

  /** The socket goes first, then the process. */
  private static boolean hasGone(Settings settings, Path socket, long pid)
      throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (Brokers.isThere(socket) || settings.processes().startTicks(pid).isPresent()) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    return true;
  }
}
