package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code lockctl broker restart}: from here on the broker of this installation serves. Whoever
 * holds or waits does so in the journals, and has its session with the next broker.
 */
@Command(
    name = "restart",
    description =
        "Replaces the broker by the one of this installation, or starts it. Leases stay held,"
            + " waiters keep their places, clients change over by themselves.",
    footer = {
      "",
      "Exit codes: 0 it answers, 69 the former one does not end or the new one does not start, 78"
          + " wrong settings."
    })
final class BrokerRestartCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Settings settings = Settings.current();
    Path socket = settings.socket();
    Brokers.requireUsable(socket);
    BrokerInfo former = Brokers.info(socket);
    BrokerInfo started =
        former == null
            ? BrokerLauncher.start(socket, settings.stateFolder(), Map.of())
            : Brokers.replace(settings, former, Map.of());
    Console.answer(sentence(former, started));
    return ExitCode.OK;
  }

  private static String sentence(@Nullable BrokerInfo former, BrokerInfo started) {
    return former == null
        ? "no broker ran; started: " + started.line()
        : "restarted: " + started.line() + "; before it " + former.name() + " ran";
  }
}
