package dev.lockbroker.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {
  @Test
  void containment_goes_by_components_not_by_characters() {
    Scope a = new Scope("/worktree/a");
    assertTrue(a.contains(new Scope("/worktree/a/x")));
    assertTrue(a.contains(a));
    assertFalse(a.contains(new Scope("/worktree/ab")));
    assertFalse(a.contains(new Scope("/worktree")));
    assertFalse(a.overlaps(new Scope("/worktree/ab")));
    assertTrue(a.overlaps(new Scope("/worktree")));
  }

  @Test
  void the_root_contains_everything_and_is_contained_in_nothing_else() {
    assertTrue(Scope.ROOT.contains(new Scope("/x")));
    assertTrue(Scope.ROOT.contains(Scope.ROOT));
    assertFalse(new Scope("/x").contains(Scope.ROOT));
    assertTrue(new Scope("/x").overlaps(Scope.ROOT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a/b",
        "//",
        "/a/",
        "/a//b",
        "/.",
        "/..",
        "/a/./b",
        "/a/../b",
        "/a/..",
        "/a\nb",
        "/a\u0000",
        "/a\u001b[2J",
        "/a\u007f",
        "/a\u0085b",
        "/\ud800",
        "/a\udc00b",
        "/\udc00\ud800"
      })
  void a_path_that_is_not_canonical_is_refused(String path) {
    assertThrows(IllegalArgumentException.class, () -> new Scope(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/a", "/...", "/.a", "/a b", "/ref/ä", "/name/\ud83d\ude00", "/~;,:%"})
  void any_other_path_is_a_scope(String path) {
    assertEquals(path, new Scope(path).path());
  }

  @Test
  void length_is_limited_in_bytes_of_utf8() {
    assertEquals(1024, new Scope("/" + "a".repeat(1023)).path().length());
    assertThrows(IllegalArgumentException.class, () -> new Scope("/" + "a".repeat(1024)));
    assertThrows(IllegalArgumentException.class, () -> new Scope("/" + "ä".repeat(512)));
  }
}
