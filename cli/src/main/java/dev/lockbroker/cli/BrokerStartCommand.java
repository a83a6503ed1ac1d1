package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockctl broker start}. */
@Command(
    name = "start",
    description =
        "Starts the broker in the background and waits until it answers. One of an older version"
            + " is replaced: leases stay held, waiters keep their places.",
    footer = {
      "",
      "Exit codes: 0 it answers, 69 it does not start, or an older one does not make way, 78 wrong"
          + " settings."
    })
final class BrokerStartCommand implements Callable<Integer> {
  private static final String IDLE_EXIT = "LOCKBROKER_IDLE_EXIT";

  @Mixin final CommonOptions common = new CommonOptions();

  @Option(
      names = "--idle-exit",
      paramLabel = "D|never",
      description =
          "Have it end when nobody has needed it for so long. Default: $LOCKBROKER_IDLE_EXIT, else"
              + " never.")
  @Nullable String idleExit;

  @Option(
      names = "--on-demand",
      description = "It is started because somebody waits: the default of --idle-exit is 10m.")
  boolean onDemand;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Settings settings = Settings.current();
    Path socket = settings.socket();
    Brokers.requireUsable(socket);
    BrokerInfo running = Brokers.info(socket);
    if (running == null) {
      BrokerInfo started =
          BrokerLauncher.start(socket, settings.stateFolder(), changes(settings.environment()));
      Console.answer("started: " + started.line());
      return ExitCode.OK;
    }
    if (!Releases.isOlder(running.version(), Version.number())) {
      Console.answer("already runs: " + running.line());
      return ExitCode.OK;
    }
    BrokerInfo next = Brokers.replace(settings, running, changes(settings.environment()));
    if (Releases.isOlder(next.version(), Version.number())) {
      throw new CliException(
          ExitCode.NO_BROKER,
          "the broker is of an older version ("
              + next.name()
              + ") and came back when it was told to make way; 'lockctl broker install' makes its"
              + " service start this version");
    }
    Console.answer("replaced: " + next.line() + "; before it " + running.name() + " ran");
    return ExitCode.OK;
  }

  private Map<String, String> changes(Map<String, String> environment) {
    if (idleExit != null) {
      if (!idleExit.equals("never")) {
        Duration unused = Durations.parse("--idle-exit", idleExit);
      }
      return Map.of(IDLE_EXIT, idleExit);
    }
    boolean isSet = !environment.getOrDefault(IDLE_EXIT, "").isEmpty();
    return onDemand && !isSet ? Map.of(IDLE_EXIT, "10m") : Map.of();
  }
}
