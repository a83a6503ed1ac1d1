package dev.lockbroker.cli.git;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class AliasTextTest {
  @Test
  void an_alias_is_taken_apart_as_git_does() {
    assertEquals(List.of("log", "--format=%h %s", "x"), AliasText.words("log '--format=%h %s' x"));
    assertEquals(List.of("a b", "", "c"), AliasText.words(" a\\ b\t'' \"c\" "));
    assertEquals(List.of("a\"b", "c\\d"), AliasText.words("\"a\\\"b\" 'c\\d'"));
    assertEquals(List.of(), AliasText.words("  "));
  }

  @Test
  void what_git_refuses_is_no_alias() {
    assertNull(AliasText.words("log 'x"));
    assertNull(AliasText.words("log \"x"));
    assertNull(AliasText.words("log \\"));
  }
}
