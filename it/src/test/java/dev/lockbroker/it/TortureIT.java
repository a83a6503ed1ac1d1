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
  private static final Duration LIVENESS = Duration.ofMinutes(3);

  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void whatever_is_killed_or_stopped_nothing_is_lost() throws Exception {
    Figures.print("torture for %d s, seed %d", SECONDS, SEED);
    TortureField field = TortureField.create(box);
    Random random = new Random(SEED);
    TortureSlots slots = new TortureSlots(box, field);
    TortureChaos chaos =
        new TortureChaos(box, slots, new Random(random.nextLong()), KINDS, PAUSE_MILLIS);
    try (Journal journal = field.repo().journal().follow()) {
      TortureRun run = new TortureRun(box, field, slots, chaos, journal, SEED);
      slots.start(random);
      chaos.start();
      run.watch(SECONDS);
      chaos.stop();
      run.requireEverybodyGoesOn(LIVENESS);
      slots.stop();
      run.requireEnds(LIVENESS);
      chaos.endBroker();
      run.requireNothingLost();
      run.print();
    } finally {
      chaos.abandon();
      slots.abandon();
    }
  }
}
