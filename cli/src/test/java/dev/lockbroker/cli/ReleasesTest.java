package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReleasesTest {
  @Test
  void numbers_are_compared_as_numbers() {
    assertTrue(Releases.isOlder("0.9", "0.10"));
    assertTrue(Releases.isOlder("1.2", "1.2.1-SNAPSHOT"));
    assertFalse(Releases.isOlder("1.10.0", "1.9.9"));
    assertFalse(Releases.isOlder("2", "1.99"));
  }

  @Test
  void what_is_not_certainly_older_is_not_older() {
    assertFalse(Releases.isOlder("1.0", "1.0.0"));
    assertFalse(Releases.isOlder("1.0-SNAPSHOT", "1.0"));
    assertFalse(Releases.isOlder("development", "1.0"));
    assertFalse(Releases.isOlder("1.0", "unpackaged"));
    assertFalse(Releases.isOlder("", ""));
  }
}
