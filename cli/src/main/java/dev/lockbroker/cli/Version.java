package dev.lockbroker.cli;

/** Which lockctl this is. */
final class Version {
  private Version() {}

  /** As the jar says; a class path of folders has none. */
  static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  static String line() {
    return "lockctl " + number() + " (Java " + Runtime.version().feature() + ")";
  }
}
