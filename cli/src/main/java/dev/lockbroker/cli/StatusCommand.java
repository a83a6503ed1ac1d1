package dev.lockbroker.cli;

import picocli.CommandLine.Command;

/** Placeholder. */
@Command(name = "status", description = "Placeholder.")
final class StatusCommand {}
