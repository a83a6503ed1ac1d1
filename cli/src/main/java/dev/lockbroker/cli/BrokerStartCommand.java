package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockctl broker start}. */
@Command(
    name = "start",
    description = "Starts the broker in the background and waits until it answers.")
final class BrokerStartCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Settings settings = Settings.current();
    Path socket = settings.socket();
    Brokers.requireUsable(socket);
    BrokerInfo running = Brokers.info(socket);
    if (running != null) {
      Console.answer("already runs: " + running.line());
      return ExitCode.OK;
    }
    BrokerInfo started = BrokerLauncher.start(socket, settings.stateFolder(), Map.of());
    Console.answer("started: " + started.line());
    return ExitCode.OK;
  }
}
