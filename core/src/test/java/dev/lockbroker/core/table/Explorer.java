package dev.lockbroker.core.table;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;

/** Walks through a world: all of it, breadth first, or a seeded random path. */
final class Explorer {
  /** What an exploration saw. */
  record Count(int states, int steps) {}

  private Explorer() {}

  /**
   * Visits every reachable state.
   *
   * @throws AssertionError naming the broken law, with the shortest history that leads there
   */
  static Count explore(World world, Rules rules) {
    Set<String> seen = new HashSet<>();
    Queue<Sim> queue = new ArrayDeque<>();
    Sim start = new Sim(world, rules);
    seen.add(start.key());
    queue.add(start);
    int steps = 0;
    for (Sim sim = queue.poll(); sim != null; sim = queue.poll()) {
      for (Sim.Step step : sim.steps()) {
        Sim next = step(sim, step, world.name());
        steps++;
        if (seen.add(next.key())) {
          queue.add(next);
        }
      }
    }
    return new Count(seen.size(), steps);
  }

  /** One random path. */
  static void walk(World world, Rules rules, Random random, int length) {
    Sim sim = new Sim(world, rules);
    for (int i = 0; i < length; i++) {
      List<Sim.Step> steps = new ArrayList<>(sim.steps());
      steps.add(new Sim.Step(Sim.Kind.COMPACT, -1));
      Sim.Step step = steps.get(random.nextInt(steps.size()));
      boolean rare = step.kind() == Sim.Kind.CLIENT_DIES || step.kind() == Sim.Kind.FORCE;
      if (!rare || random.nextInt(10) == 0) {
        sim = step(sim, step, world.name());
      }
    }
  }

  private static Sim step(Sim sim, Sim.Step step, String world) {
    try {
      return sim.after(step);
    } catch (LawBroken e) {
      throw new Found(e.law(), world + sim.history() + "\n  " + step + "\n" + e.getMessage(), e);
    } catch (InvariantViolation e) {
      throw new IllegalStateException(
          "the table refused what the oracle accepts: " + world + sim.history() + "\n  " + step, e);
    }
  }

  /** A counter-example. */
  static final class Found extends AssertionError {
    private static final long serialVersionUID = 1L;
    private final Law law;

    Found(Law law, String message, Throwable cause) {
      super(message, cause);
      this.law = law;
    }

    Law law() {
      return law;
    }
  }
}
