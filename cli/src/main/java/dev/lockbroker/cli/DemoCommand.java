package dev.lockbroker.cli;

import picocli.CommandLine.Command;

/** Placeholder. */
@Command(name = "demo", description = "Placeholder.")
final class DemoCommand {}
