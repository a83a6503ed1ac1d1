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

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = Settings.current();
    Path socket = settings.socket();
    Brokers.requireUsable(socket);
    BrokerInfo broker = Brokers.info(socket);
    if (broker == null || !Brokers.drain(socket)) {
      throw Brokers.absent(socket);
    }
    Brokers.awaitEnd(settings, broker);
    Console.answer("the broker (pid " + broker.pid() + ") has stopped");
    if (Brokers.isThere(socket)) {
      Console.say(
          "its socket is still there: whoever connects has it started again; 'lockctl broker"
              + " uninstall' ends that");
    }
    return ExitCode.OK;
  }
}
