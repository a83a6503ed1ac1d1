package dev.lockbroker.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClaimIndexTest {
  private static final int ROUNDS = 20_000;
  private static final String[] WORDS = {"a", "ab", "b", "a b", "x"};

  @Test
  void it_says_what_pairwise_comparison_says() {
    Random random = new Random(42);
    int conflicts = 0;
    for (int round = 0; round < ROUNDS; round++) {
      TreeMap<Long, Claims> set = new TreeMap<>();
      ClaimIndex index = new ClaimIndex();
      for (long number = 1; number <= random.nextInt(8); number++) {
        Claims claims = randomClaims(random);
        set.put(number, claims);
        index.add(number, claims);
      }
      for (Long number : List.copyOf(set.keySet())) {
        if (random.nextInt(3) == 0) {
          index.remove(number, Objects.requireNonNull(set.remove(number)));
        }
      }
      Claims asked = randomClaims(random);
      long after = random.nextInt(4);
      boolean expected = BruteForce.anyConflict(List.copyOf(set.values()), asked);
      conflicts += expected ? 1 : 0;
      assertEquals(expected, index.conflictsWith(asked), () -> set + " against " + asked);
      assertEquals(
          next(set, asked, after), index.next(asked, after), () -> set + " against " + asked);
    }
    assertTrue(conflicts > ROUNDS / 10 && conflicts < ROUNDS * 9 / 10, "a lopsided sample");
  }

  private static long next(NavigableMap<Long, Claims> set, Claims asked, long after) {
    for (Map.Entry<Long, Claims> entry : set.tailMap(after, false).entrySet()) {
      if (BruteForce.conflict(entry.getValue().toString(), asked.toString())) {
        return entry.getKey();
      }
    }
    return ClaimIndex.NONE;
  }

  @Test
  void a_claim_is_covered_by_the_same_or_more() {
    ClaimIndex index = new ClaimIndex();
    index.add(1, Samples.claims("S:/a,X:/b/x"));
    assertTrue(index.covers(Claim.parse("S:/a")));
    assertTrue(index.covers(Claim.parse("S:/a/x")));
    assertFalse(index.covers(Claim.parse("X:/a")));
    assertFalse(index.covers(Claim.parse("S:/ab")));
    assertFalse(index.covers(Claim.parse("S:/b")));
    assertTrue(index.covers(Claim.parse("X:/b/x/y")));
    assertTrue(index.covers(Claim.parse("S:/b/x")));
    assertFalse(index.covers(Claim.parse("S:/")));
  }

  @Test
  void a_ticket_is_gone_with_all_its_claims() {
    ClaimIndex index = new ClaimIndex();
    Claims several = Samples.claims("S:/a,X:/a,X:/a/b,S:/a/b/c,S:/");
    index.add(7, several);
    index.add(8, Samples.claims("S:/a"));
    assertEquals(7, index.next(Samples.claims("S:/a/b"), 0));
    index.remove(7, several);
    assertEquals(ClaimIndex.NONE, index.next(Samples.claims("S:/a/b"), 0));
    assertEquals(8, index.next(Samples.claims("X:/a/b/c"), 0));
    index.remove(8, Samples.claims("S:/a"));
    assertFalse(index.conflictsWith(Samples.claims("X:/")));
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
