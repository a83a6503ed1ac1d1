package dev.lockbroker.core.git;

/**
 * Why something stays where it is.
 *
 * @param why for people: the end of a sentence that begins with the file's name
 * @param mayPass whether it is worth trying again when other leases or processes have ended
 */
record Doubt(String why, boolean mayPass) {
  static Doubt lasting(String why) {
    return new Doubt(why, false);
  }

  static Doubt passing(String why) {
    return new Doubt(why, true);
  }
}
