package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockctl broker uninstall}: what {@code install} did, undone. */
@Command(
    name = "uninstall",
    description =
        "Has systemd (or launchd) forget the broker: stops it and removes what 'install' wrote."
            + " Leases stay held; clients go on without it.",
    footer = {"", "Exit codes: 0 done, 78 files in the way that are not ours."})
final class BrokerUninstallCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final ServiceOptions options = new ServiceOptions();

  @Override
  public Integer call() throws IOException {
    Settings settings = Settings.current();
    ServiceManager manager = options.manager();
    ServiceFiles files = manager.files(settings, ServiceFiles.home());
    boolean reachable = !options.filesOnly && manager.isReachable();
    List<List<String>> commands = manager.toStop(files.folder());
    if (reachable) {
      for (List<String> command : commands) {
        // What was not enabled cannot be disabled, and need not be.
        int unused = ServiceManager.run(command.toArray(String[]::new));
      }
    }
    List<Path> removed = files.remove();
    for (Path file : removed) {
      Console.answer("removed " + Shown.path(file));
    }
    if (removed.isEmpty()) {
      Console.answer("nothing was installed");
    } else if (!reachable) {
      options.say("if it was started:", commands);
    } else if (manager == ServiceManager.SYSTEMD) {
      int unused = ServiceManager.run("systemctl", "--user", "daemon-reload");
    }
    return ExitCode.OK;
  }
}
