package dev.lockbroker.core.journal;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation finds every broken rule that we can think of, so its silence means something. */
class SimMutationTest {
  /** The rarest needs two thirds of these, the others a sixth at the most. */
  private static final int RUNS = 50_000;

  @ParameterizedTest
  @EnumSource
  void simulation_finds_a_broken_rule_and_names_the_law(SimMutation mutation) throws IOException {
    String faults = mutation.faults.stream().map(Enum::name).collect(Collectors.joining(","));
    String found = new SimMutant(mutation.edits).hunt(faults, 1, RUNS);
    assertNotNull(found, "not found: " + mutation);
    String[] lines = found.split("\n", 3);
    assertTrue(mutation.laws.contains(SimLaw.valueOf(lines[0])), found);
    System.out.printf("%-42s %-42s seed %s%n", mutation, lines[0], lines[1]);
  }
}
