package dev.lockbroker.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockctl broker}: the user's broker. */
@Command(
    name = "broker",
    description = "Runs, starts, stops or describes your broker. Everything works without one.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BrokerRunCommand.class,
      BrokerStartCommand.class,
      BrokerStopCommand.class,
      BrokerRestartCommand.class,
      BrokerInfoCommand.class,
      BrokerInstallCommand.class,
      BrokerUninstallCommand.class
    })
final class BrokerCommand {
  @Mixin final CommonOptions common = new CommonOptions();
}
