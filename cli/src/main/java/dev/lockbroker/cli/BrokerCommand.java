package dev.lockbroker.cli;

import picocli.CommandLine.Command;

/** Placeholder. */
@Command(name = "broker", description = "Placeholder.")
final class BrokerCommand {}
