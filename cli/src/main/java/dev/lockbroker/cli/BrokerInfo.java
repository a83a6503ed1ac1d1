package dev.lockbroker.cli;

import dev.lockbroker.core.process.Printable;

/** What a broker says of itself. */
record BrokerInfo(
    String version,
    long pid,
    long uptimeMillis,
    String socket,
    String logFile,
    String stateFolder,
    int sessions,
    int repositories) {

  /** {@code broker 1.2, pid 4711}. */
  String name() {
    return "broker " + Printable.text(version) + ", pid " + pid;
  }

  /** One line for people. */
  String line() {
    return name()
        + ", up "
        + Durations.show(uptimeMillis)
        + ", "
        + Shown.count(sessions, "session")
        + ", "
        + repositories
        + (repositories == 1 ? " repository" : " repositories");
  }

  /** Puts everything into the object that is being written. */
  Json members(Json json) {
    return json.put("version", version)
        .put("pid", pid)
        .put("uptimeMillis", uptimeMillis)
        .put("socket", socket)
        .put("log", logFile)
        .put("stateFolder", stateFolder)
        .put("sessions", sessions)
        .put("repositories", repositories);
  }
}
