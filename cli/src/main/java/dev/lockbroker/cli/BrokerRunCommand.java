package dev.lockbroker.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockctl broker run}: the broker in the foreground. */
@Command(name = "run", description = "Runs the broker in the foreground until it is stopped.")
final class BrokerRunCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Settings settings = Settings.current();
    Brokers.requireUsable(settings.socket());
    Signals signals = Signals.install();
    Process broker = BrokerLauncher.command(BrokerLauncher.program()).inheritIO().start();
    signals.passTo(broker);
    return broker.waitFor();
  }
}
