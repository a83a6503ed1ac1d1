package dev.lockbroker.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClaimIndexTest {
  private static final int ROUNDS = 20_000;
  private static final String[] WORDS = {"a", "ab", "b", "a b", "x"};

  @Test
  void it_says_what_pairwise_comparison_says() {
    Random random = new Random(42);
    int conflicts = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<Claims> set = new ArrayList<>();
      ClaimIndex index = new ClaimIndex();
      for (int i = random.nextInt(5); i > 0; i--) {
        Claims claims = randomClaims(random);
        set.add(claims);
        index.add(claims);
      }
      Claims asked = randomClaims(random);
      boolean expected = BruteForce.anyConflict(set, asked);
      conflicts += expected ? 1 : 0;
      assertEquals(expected, index.conflictsWith(asked), () -> set + " against " + asked);
    }
    assertTrue(conflicts > ROUNDS / 10 && conflicts < ROUNDS * 9 / 10, "a lopsided sample");
  }

  @Test
  void it_is_full_when_the_root_is_held_exclusively() {
    ClaimIndex index = new ClaimIndex();
    index.add(Samples.claims("S:/"));
    index.add(Samples.claims("X:/a"));
    assertFalse(index.isFull());
    index.add(Samples.claims("S:/b,X:/"));
    assertTrue(index.isFull());
    assertTrue(index.conflictsWith(Samples.claims("S:/c")));
  }

  private static Claims randomClaims(Random random) {
    List<Claim> list = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      LockMode mode = random.nextInt(3) == 0 ? LockMode.EXCLUSIVE : LockMode.SHARED;
      list.add(new Claim(mode, new Scope(randomPath(random))));
    }
    return new Claims(list);
  }

  private static String randomPath(Random random) {
    StringBuilder path = new StringBuilder();
    for (int depth = random.nextInt(5); depth > 0; depth--) {
      path.append('/').append(WORDS[random.nextInt(WORDS.length)]);
    }
    return path.length() == 0 ? "/" : path.toString();
  }
}
