package dev.lockbroker.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Placeholder. */
@Command(name = "demo", description = "Placeholder.")
final class DemoCommand {
  @Mixin final CommonOptions common = new CommonOptions();
}
