package dev.lockbroker.core.table;

import static dev.lockbroker.core.table.Samples.claims;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsTest {
  @ParameterizedTest
  @CsvSource({
    "X:/, X:/, true",
    "S:/, S:/, false",
    "S:/, X:/ref/b, true",
    "X:/worktree/a, S:/worktree/a/x, true",
    "X:/worktree/a, X:/worktree/ab, false",
    "S:/worktree/a, S:/worktree/a/x, false",
    "X:/worktree/a, X:/ref/a, false",
  })
  void claims_conflict_when_scopes_overlap_and_not_both_are_shared(
      String one, String other, boolean conflict) {
    assertEquals(conflict, claims(one).conflictWith(claims(other)));
    assertEquals(conflict, claims(other).conflictWith(claims(one)));
  }

  @Test
  void one_conflicting_pair_is_enough() {
    assertTrue(claims("S:/a,X:/b").conflictWith(claims("S:/a,S:/b/c")));
    assertFalse(claims("S:/a,X:/b").conflictWith(claims("S:/a,S:/c")));
  }

  @ParameterizedTest
  @CsvSource({
    "X:/, X:/a, true",
    "X:/a, S:/a/b, true",
    "S:/, S:/a, true",
    "S:/, X:/a, false",
    "X:/a, X:/, false",
    "X:/a, X:/ab, false",
  })
  void a_claim_covers_what_lies_within_in_no_stronger_mode(
      String mine, String theirs, boolean covered) {
    assertEquals(covered, claims(mine).cover(claims(theirs)));
  }

  @Test
  void each_claim_has_to_be_covered() {
    assertFalse(new Claims(List.of(Claim.parse("X:/a"))).cover(twoClaims()));
    assertTrue(Claims.of(LockMode.EXCLUSIVE, Scope.ROOT).cover(twoClaims()));
  }

  private static Claims twoClaims() {
    return claims("X:/a,S:/b");
  }

  @Test
  void doubles_are_dropped_and_the_order_stays() {
    assertEquals("X:/b,S:/a", claims("X:/b,S:/a,X:/b").toString());
  }

  @Test
  void there_are_1_to_16() {
    assertThrows(IllegalArgumentException.class, () -> new Claims(List.of()));
    List<Claim> many = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      many.add(Claim.parse("X:/" + i));
    }
    assertThrows(IllegalArgumentException.class, () -> new Claims(many));
    assertEquals(16, new Claims(many.subList(0, 16)).list().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "X", "X:", "X/a", "Y:/a", "x:/a", "X:a", ":/a", "XX:/a"})
  void a_malformed_claim_is_refused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Claim.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0123456789abcdef0123456789abcde",
        "0123456789ABCDEF0123456789abcdef",
        "../../../../../../../../../etc/p",
        "0123456789abcdef0123456789abcdef0"
      })
  void a_request_id_is_nothing_but_32_hexadecimal_digits(String text) {
    assertThrows(IllegalArgumentException.class, () -> new RequestId(text));
  }
}
