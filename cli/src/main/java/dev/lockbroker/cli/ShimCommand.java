package dev.lockbroker.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockctl shim}: a {@code git} for who does not know lockctl. */
@Command(
    name = "shim",
    description = {
      "Puts a 'git' before git on your PATH that is 'lockctl git'.",
      "IDEs, agents and scripts then queue without being changed. What only reads costs a"
          + " millisecond. LOCKBROKER_DISABLE=1 bypasses it."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ShimInstallCommand.class, ShimRemoveCommand.class, ShimStatusCommand.class})
final class ShimCommand {
  @Mixin final CommonOptions common = new CommonOptions();
}
