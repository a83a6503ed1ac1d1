package dev.lockbroker.it;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Eight clients commit to one repository while they, their children and the broker are killed and
 * stopped at random; observers that share nothing with the product look for anything that must not
 * happen. {@code ./torture --minutes 30} runs it for longer.
 */
class TortureIT {
  private static final int SECONDS = Integer.getInteger("lockbroker.torture.seconds", 40);
  private static final long SEED = Long.getLong("lockbroker.torture.seed", System.nanoTime());
  private static final String KINDS = System.getProperty("lockbroker.torture.kinds", ".*");
  private static final int PAUSE_MILLIS = Integer.getInteger("lockbroker.torture.pause", 500);

  /** Shorter runs print their figures in one line. */
  private static final int TABLE_SECONDS = 60;

  /** In a run of this length everything happens that can. */
  private static final int LONG_SECONDS = 600;

  private static final Duration LIVENESS = Duration.ofMinutes(3);

  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void whatever_is_killed_or_stopped_nothing_is_lost() throws Exception {
    boolean table = SECONDS >= TABLE_SECONDS;
    if (table) {
      Figures.print("torture for %d s, seed %d", SECONDS, SEED);
    }
    TortureField field = TortureField.create(box);
    Random random = new Random(SEED);
    TortureSlots slots = new TortureSlots(box, field);
    try (Journal journal = field.repo().journal().follow()) {
      TortureChaos chaos =
          new TortureChaos(box, slots, journal, new Random(random.nextLong()), KINDS, PAUSE_MILLIS);
      TortureRun run = new TortureRun(box, field, slots, chaos, journal, SEED, table);
      try {
        slots.start(random);
        chaos.start();
        run.watch(SECONDS);
        chaos.stop();
        run.requireEverybodyGoesOn(LIVENESS);
        slots.stop();
        run.requireEnds(LIVENESS);
        chaos.endBroker();
        run.requireNothingLost();
        if (SECONDS >= LONG_SECONDS) {
          run.requireRareThings();
        }
        run.print(0);
      } finally {
        chaos.abandon();
        slots.abandon();
      }
    }
  }
}
