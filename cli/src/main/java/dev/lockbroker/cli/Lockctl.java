package dev.lockbroker.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that stand before or behind any command. */
@Command(
    name = "lockctl",
    description = "Orders the writers of a Git repository.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      GitCommand.class,
      AcquireCommand.class,
      ReleaseCommand.class,
      StatusCommand.class,
      WatchCommand.class,
      WhyCommand.class,
      DoctorCommand.class,
      ForceReleaseCommand.class,
      ResetCommand.class,
      BrokerCommand.class,
      ShimCommand.class,
      FenceCommand.class,
      DemoCommand.class,
      CompletionCommand.class,
      ManualCommand.class
    })
final class Lockctl {
  @Mixin final CommonOptions common = new CommonOptions();

  @Option(names = "--version", versionHelp = true, description = "Print the version and exit.")
  boolean version;
}
