package dev.lockbroker.core.journal;

import dev.lockbroker.core.journal.Simulation.Failure;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks for a broken law; called across class loaders, hence with words. */
public final class SimHunt {
  private SimHunt() {}

  /**
   * Plays runs until one fails.
   *
   * @param faults names of {@link SimFault}s, joined by commas
   * @return the law, the seed, and the story, each on lines of its own; null if all runs went well
   */
  public static @Nullable String find(String faults, long from, int runs) {
    Set<SimFault> set = EnumSet.noneOf(SimFault.class);
    for (String name : faults.split(",", -1)) {
      if (!name.isEmpty()) {
        set.add(SimFault.valueOf(name));
      }
    }
    Simulation simulation = new Simulation(new SimRules(set));
    for (long seed = from; seed < from + runs; seed++) {
      Failure failure = simulation.play(seed);
      if (failure != null) {
        return failure.law() + "\n" + seed + "\n" + failure.story();
      }
    }
    return null;
  }
}
