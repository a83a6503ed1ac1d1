package dev.lockbroker.core.table;

import static dev.lockbroker.core.table.World.Wish.attempt;
import static dev.lockbroker.core.table.World.Wish.lease;
import static dev.lockbroker.core.table.World.Wish.run;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Every state of small worlds and random paths through larger ones, each step judged by {@link
 * Oracle}. {@code -Dlockbroker.seed=N} replays one path, {@code -Dlockbroker.walks=N} takes more.
 */
class ExplorationTest {
  private static final int WALKS = 150;
  private static final int WALK_LENGTH = 400;

  /** Worlds that are explored to their end. */
  static List<World> smallWorlds() {
    return List.of(
        new World(
            "two writers, two lives", List.of(lease("X:/", 1), lease("X:/", 2)), 2, 3, World.ZERO),
        new World(
            "writer, part, part of the part",
            List.of(lease("X:/", 1), lease("X:/worktree/a", 1), lease("X:/worktree/a/x", 2)),
            1,
            2,
            World.AT_THE_END),
        new World(
            "readers and a writer",
            List.of(lease("S:/", 1), lease("X:/ref/b", 1), lease("S:/ref/b", 2)),
            1,
            2,
            World.ZERO),
        new World(
            "a bridge between two scopes",
            List.of(
                lease("X:/worktree/a", 2),
                lease("X:/worktree/a,X:/ref/b", 1),
                lease("X:/ref/b", 1)),
            1,
            2,
            World.AT_THE_END),
        new World(
            "names with a common beginning",
            List.of(lease("X:/worktree/a", 1), lease("X:/worktree/ab", 1), lease("S:/worktree", 1)),
            1,
            2,
            World.ZERO),
        new World(
            "workers", List.of(run("X:/", 1), run("X:/worktree/a", 2)), 2, 2, World.AT_THE_END),
        new World(
            "worker, lease and one that will not queue",
            List.of(run("X:/worktree/a", 1), lease("S:/", 2), attempt("X:/worktree/a/x", 1)),
            1,
            2,
            World.ZERO),
        new World(
            "two attempts behind a queue",
            List.of(lease("X:/worktree/a", 1), attempt("S:/ref/b", 1), lease("X:/", 1)),
            1,
            3,
            World.ZERO));
  }

  @Test
  void every_state_of_small_worlds_keeps_the_laws() {
    int states = 0;
    List<World> worlds = new ArrayList<>(smallWorlds());
    worlds.add(
        new World(
            "three writers, two lives",
            List.of(lease("X:/", 1), lease("X:/worktree/a", 1), lease("X:/worktree/a/x", 2)),
            2,
            2,
            World.ZERO));
    worlds.add(
        new World(
            "three workers",
            List.of(run("X:/", 1), run("S:/worktree/a", 1), run("X:/worktree/a/x", 1)),
            1,
            2,
            World.ZERO));
    for (World world : worlds) {
      long began = System.nanoTime();
      Explorer.Count count = Explorer.explore(world, new Rules());
      states += count.states();
      System.out.printf(
          "explored %-42s %7d states %8d steps %5d ms%n",
          world.name(), count.states(), count.steps(), (System.nanoTime() - began) / 1_000_000);
    }
    assertTrue(states > 50_000, "only " + states + " states");
  }

  @Test
  void every_three_claims_keep_the_laws() {
    List<World.Wish> wishes = new ArrayList<>();
    for (String scope : List.of("/", "/worktree/a", "/worktree/a/x", "/ref/b")) {
      wishes.add(lease("S:" + scope, 1));
      wishes.add(lease("X:" + scope, 1));
    }
    int states = 0;
    int worlds = 0;
    for (int i = 0; i < wishes.size(); i++) {
      for (int j = i; j < wishes.size(); j++) {
        for (int k = j; k < wishes.size(); k++) {
          List<World.Wish> three = List.of(wishes.get(i), wishes.get(j), wishes.get(k));
          World world = new World(three.toString(), three, 1, 1, World.AT_THE_END);
          states += Explorer.explore(world, new Rules()).states();
          worlds++;
        }
      }
    }
    System.out.printf("explored %d worlds of three clients, %d states%n", worlds, states);
    assertTrue(states > 100_000, "only " + states + " states");
  }

  @Test
  void every_pair_of_claims_and_kinds_keeps_the_laws() {
    List<World.Wish> wishes = new ArrayList<>();
    for (String scope : List.of("/", "/worktree/a", "/worktree/a/x", "/ref/b")) {
      for (String mode : List.of("S:", "X:")) {
        wishes.add(lease(mode + scope, 1));
        wishes.add(run(mode + scope, 1));
      }
    }
    int states = 0;
    int worlds = 0;
    for (World.Wish one : wishes) {
      for (World.Wish other : wishes.subList(wishes.indexOf(one), wishes.size())) {
        World world = new World(one + " " + other, List.of(one, other), 1, 2, World.ZERO);
        states += Explorer.explore(world, new Rules()).states();
        worlds++;
      }
    }
    System.out.printf("explored %d worlds of two clients, %d states%n", worlds, states);
    assertTrue(states > 50_000, "only " + states + " states");
  }

  @Test
  void random_walks_through_large_worlds_keep_the_laws() {
    Long seed = Long.getLong("lockbroker.seed");
    int walks = Integer.getInteger("lockbroker.walks", WALKS);
    for (int i = 0; i < (seed == null ? walks : 1); i++) {
      walk(seed == null ? i : seed, new Rules());
    }
    System.out.printf("walked %d paths of %d steps%n", seed == null ? walks : 1, WALK_LENGTH);
  }

  /** Replayed by {@code -Dlockbroker.seed}. */
  static void walk(long seed, Rules rules) {
    Random random = new Random(seed);
    List<World.Wish> wishes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      wishes.add(randomWish(random));
    }
    long start = seed % 2 == 0 ? World.ZERO : World.AT_THE_END;
    World world = new World("-Dlockbroker.seed=" + seed, wishes, 12, 60, start);
    Explorer.walk(world, rules, random, WALK_LENGTH);
  }

  private static World.Wish randomWish(Random random) {
    StringBuilder claims = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      claims.append(random.nextInt(3) == 0 ? "S:" : "X:").append(randomPath(random));
      claims.append(i > 0 ? "," : "");
    }
    String canonical = Samples.claims(claims.toString()).toString();
    LeaseKind kind = random.nextInt(3) == 0 ? LeaseKind.RUN : LeaseKind.LEASE;
    return new World.Wish(
        canonical, Samples.claims(canonical), kind, 1 + random.nextInt(4), random.nextInt(6) == 0);
  }

  private static String randomPath(Random random) {
    String[] words = {"a", "ab", "b"};
    StringBuilder path = new StringBuilder();
    for (int depth = random.nextInt(6) == 0 ? 0 : 1 + random.nextInt(5); depth > 0; depth--) {
      path.append('/').append(words[random.nextInt(words.length)]);
    }
    return path.length() == 0 ? "/" : path.toString();
  }
}
