package dev.lockbroker.cli.git;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lockbroker.core.table.Scope;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeNamesTest {
  @ParameterizedTest
  @CsvSource(
      value = {
        "main,/r/main",
        "feature/x,/r/feature/x",
        "'ä b',/r/ä b",
        "100%,/r/100%25",
        ".,/r/%2E",
        "..,/r/%2E%2E",
        "...,/r/...",
        ".a,/r/.a",
        "a.,/r/a.",
        "'',/r/%",
        "/a//b/,/r/%/a/%/b/%"
      })
  void a_ref_name_is_a_scope(String name, String expected) {
    assertEquals(expected, ScopeNames.of("/r", name));
  }

  @Test
  void what_is_too_long_takes_the_scope_around_it() {
    assertEquals("/r", ScopeNames.of("/r", "ä".repeat(600)));
  }

  @Test
  void two_names_never_share_a_scope() {
    String letters = "a/.%\0\u0085\ud800\udc002E";
    Random random = new Random(7);
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < 300_000; i++) {
      StringBuilder name = new StringBuilder();
      for (int length = random.nextInt(6); length > 0; length--) {
        name.append(letters.charAt(random.nextInt(letters.length())));
      }
      String scope = new Scope(ScopeNames.of("/r", name.toString())).path();
      String other = names.put(scope, name.toString());
      if (!name.toString().equals(other)) {
        assertNull(other, () -> scope + " is the scope of two");
      }
    }
  }
}
