package dev.lockbroker.cli;

import picocli.CommandLine.Command;

/** Placeholder. */
@Command(name = "reset", description = "Placeholder.")
final class ResetCommand {}
