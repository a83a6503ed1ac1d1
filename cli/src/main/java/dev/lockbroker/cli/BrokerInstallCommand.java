package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockctl broker install}: from now on the broker is started when somebody connects. */
@Command(
    name = "install",
    description =
        "Has systemd (or launchd) start the broker when it is needed: writes the user's units and"
            + " enables them. The broker ends by itself when nobody has needed it for 10 minutes.",
    footer = {
      "",
      "Exit codes: 0 done, or written and the commands said, 69 the service manager refuses, 78"
          + " files in the way that are not ours."
    })
final class BrokerInstallCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final ServiceOptions options = new ServiceOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Settings settings = Settings.current();
    Path socket = settings.socket();
    Brokers.requireUsable(socket);
    ServiceManager manager = options.manager();
    ServiceFiles files = manager.files(settings, ServiceFiles.home());
    for (Path file : files.write()) {
      Console.answer("wrote " + Shown.path(file));
    }
    List<List<String>> commands = manager.toStart(files.folder());
    if (options.filesOnly || !manager.isReachable()) {
      options.say("to have it started when it is needed:", commands);
      return ExitCode.OK;
    }
    // One that was started by hand would keep the place, and nobody would find it any more.
    BrokerInfo running = Brokers.info(socket);
    if (running != null && Brokers.drain(socket)) {
      Brokers.awaitEnd(settings, running);
      Console.answer("stopped the broker that ran (pid " + running.pid() + "); leases stay held");
    }
    ServiceOptions.run(commands);
    Console.answer("the broker is started when somebody connects to " + Shown.path(socket));
    return ExitCode.OK;
  }
}
