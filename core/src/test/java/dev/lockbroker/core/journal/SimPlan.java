package dev.lockbroker.core.journal;

import java.util.List;

/**
 * What a world consists of and how rough it is.
 *
 * @param clients how many clients at once
 * @param brokers how many brokers at once
 * @param runs percentage of requests of kind run
 * @param streams percentage of requests that go to a broker
 * @param claims what is asked for
 * @param steps scheduler steps before the faults stop
 * @param disturbance file operations between two disturbances, about
 * @param tear one write in so many is interrupted in the middle
 * @param violence percentage of events that kill, stop, or worse
 * @param admin whether tickets are ended by force
 * @param meddling whether the directory is removed, moved and copied
 * @param reboots whether the machine goes down
 * @param ioErrors whether file operations fail at random
 * @param fullDisks whether the disk is full at times
 * @param compactBytes from which size on journals are compacted
 */
record SimPlan(
    int clients,
    int brokers,
    int runs,
    int streams,
    List<String> claims,
    int steps,
    int disturbance,
    int tear,
    int violence,
    boolean admin,
    boolean meddling,
    boolean reboots,
    boolean ioErrors,
    boolean fullDisks,
    long compactBytes) {

  private static final List<List<String>> CLAIMS =
      List.of(
          List.of("X:/"),
          List.of("X:/", "S:/"),
          List.of("X:/", "X:/a", "X:/b", "S:/a"),
          List.of("X:/a", "X:/a", "S:/a", "X:/a/b"),
          List.of("X:/a,S:/b", "X:/b", "S:/b", "X:/"));

  /** The worlds; a seed plays in one of them. */
  enum World {
    /** Leases only, no broker: the journal under kills, stops and torn writes. */
    LEASES,
    /** Commands under {@code run}, their orphans and heirs. */
    COMMANDS,
    /** Both kinds, with errors of the file system and full disks. */
    ROUGH_DISK,
    /** Brokers and direct clients. */
    BROKERS,
    /** A directory that is removed, moved and copied. */
    MEDDLED,
    /** A machine that goes down. */
    REBOOTS,
    /** All of it at once. */
    EVERYTHING;

    static World of(long seed) {
      return values()[(int) Math.floorMod(seed, (long) values().length)];
    }
  }

  static SimPlan of(World world, SimRandom random) {
    boolean everything = world == World.EVERYTHING;
    boolean brokers = world == World.BROKERS || everything;
    boolean rough = world == World.ROUGH_DISK || everything;
    int runs =
        switch (world) {
          case LEASES -> 0;
          case COMMANDS -> 100;
          default -> (int) random.pick(0, 30, 60);
        };
    return new SimPlan(
        2 + random.below(3),
        brokers ? 1 + random.below(2) : 0,
        runs,
        brokers ? (int) random.pick(40, 70, 100) : 0,
        random.pick(CLAIMS),
        20 + random.below(100),
        (int) random.pick(15, 40, 120, 400),
        (int) random.pick(4, 10, 40),
        (int) random.pick(0, 4, 10, 20),
        everything || random.oneIn(6),
        world == World.MEDDLED || (everything && random.oneIn(3)),
        world == World.REBOOTS || (everything && random.oneIn(3)),
        rough,
        rough,
        random.pick(300, 900, 2500, 1 << 20));
  }
}
