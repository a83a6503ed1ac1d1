package dev.lockbroker.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that stand before or behind any command. */
@Command(
    name = "lockctl",
    description = "Orders the writers of a Git repository.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      StatusCommand.class,
      ForceReleaseCommand.class,
      ResetCommand.class,
      BrokerCommand.class,
      DemoCommand.class
    })
final class Lockctl {
  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error came from.")
  boolean verbose;

  @Option(names = "--version", versionHelp = true, description = "Print the version and exit.")
  boolean version;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Print this help and exit.")
  boolean help;
}
