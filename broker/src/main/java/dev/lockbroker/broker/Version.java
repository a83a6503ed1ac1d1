package dev.lockbroker.broker;

/** Which build this is. */
final class Version {
  /** From the jar's manifest; a build that is run from its classes has none. */
  static final String TEXT = text();

  private Version() {}

  private static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
