package dev.lockbroker.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockctl fence}: a hook against commands whose lock was lost. */
@Command(
    name = "fence",
    description = {
      "A hook that refuses to change refs for a command whose lease has ended.",
      "It is a seat belt for commands that go on after 'force-release', not a lock: who has no"
          + " lease passes, and what is no ref (index, files, config, the branch that is checked"
          + " out) is not seen. Each change of refs then takes some milliseconds more."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      FenceInstallCommand.class,
      FenceRemoveCommand.class,
      FenceStatusCommand.class,
      FencePrintCommand.class
    })
final class FenceCommand {
  @Mixin final CommonOptions common = new CommonOptions();
}
