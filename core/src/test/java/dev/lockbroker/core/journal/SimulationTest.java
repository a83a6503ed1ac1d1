package dev.lockbroker.core.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.journal.Simulation.Failure;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The real core among models of clients, brokers and administrators, on a simulated machine whose
 * processes are killed and stopped between any two operations: all laws hold at every step. {@code
 * ./simulate} plays more of them.
 */
class SimulationTest {
  private static final int RUNS = 10_000;

  /** What a few runs can do without. */
  private static final List<String> RARE = List.of("voidLines");

  @Test
  void all_laws_hold_in_every_run_and_every_kind_of_fault_happens() throws Exception {
    Simulation simulation = new Simulation(SimRules.all());
    for (long seed = 1; seed <= RUNS; seed++) {
      Failure failure = simulation.play(seed);
      if (failure != null) {
        throw new AssertionError(failure.story());
      }
    }
    System.out.println(simulation.figures);
    List<String> missing = new ArrayList<>();
    for (Field field : SimFigures.class.getDeclaredFields()) {
      boolean counts = field.getType() == long.class && !RARE.contains(field.getName());
      if (counts && field.getLong(simulation.figures) < RUNS / 1000) {
        missing.add(field.getName());
      }
    }
    assertTrue(missing.isEmpty(), "hardly ever happens: " + missing);
  }

  @Test
  void a_run_is_a_function_of_its_seed() {
    Simulation one = new Simulation(SimRules.all());
    Simulation other = new Simulation(SimRules.all());
    assertNotEquals(one.trace(1), one.trace(1 + SimPlan.World.values().length));
    for (long seed = 100; seed < 200; seed++) {
      List<String> first = one.trace(seed);
      assertEquals(first, other.trace(seed), "seed " + seed);
      assertEquals(first, one.trace(seed), "seed " + seed);
    }
  }
}
