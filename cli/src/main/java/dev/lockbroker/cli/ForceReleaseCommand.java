package dev.lockbroker.cli;

import picocli.CommandLine.Command;

/** Placeholder. */
@Command(name = "force-release", description = "Placeholder.")
final class ForceReleaseCommand {}
