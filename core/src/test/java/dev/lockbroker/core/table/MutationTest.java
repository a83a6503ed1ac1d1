package dev.lockbroker.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The explorer finds every fault that we can think of, so its silence means something. */
class MutationTest {
  @ParameterizedTest
  @EnumSource
  void exploration_finds_a_fault_and_names_the_law(Mutation mutation) {
    Explorer.Found found = find(mutation.rules);
    assertNotNull(found, "not found: " + mutation);
    assertEquals(mutation.law, found.law(), found.getMessage());
    String where = String.valueOf(found.getMessage()).split("\n", 2)[0];
    System.out.printf("%-45s %-28s %s%n", mutation, found.law(), where);
  }

  private static Explorer.@Nullable Found find(Rules rules) {
    try {
      for (World world : ExplorationTest.smallWorlds()) {
        Explorer.explore(world, rules);
      }
      for (int seed = 0; seed < 100; seed++) {
        ExplorationTest.walk(seed, rules);
      }
      return null;
    } catch (Explorer.Found e) {
      return e;
    }
  }
}
