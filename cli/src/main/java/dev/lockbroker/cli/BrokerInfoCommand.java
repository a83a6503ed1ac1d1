package dev.lockbroker.cli;

import dev.lockbroker.core.process.Printable;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockctl broker info}. */
@Command(name = "info", description = "Says which broker runs, since when, and where its log is.")
final class BrokerInfoCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Option(names = "--json", description = "One JSON object.")
  boolean json;

  @Override
  public Integer call() {
    Path socket = Settings.current().socket();
    Brokers.requireUsable(socket);
    BrokerInfo broker = Brokers.info(socket);
    if (broker == null) {
      throw Brokers.absent(socket);
    }
    if (json) {
      Console.answer(broker.members(new Json().object()).end().toString());
      return ExitCode.OK;
    }
    Console.answer(broker.line());
    Console.answer("  socket  " + Printable.text(broker.socket()));
    Console.answer("  log     " + Printable.text(broker.logFile()));
    Console.answer("  state   " + Printable.text(broker.stateFolder()));
    return ExitCode.OK;
  }
}
