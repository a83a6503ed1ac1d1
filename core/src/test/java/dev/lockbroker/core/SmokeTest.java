package dev.lockbroker.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SmokeTest {
  @Test
  void surefire_runs_on_17_or_newer() {
    assertTrue(Runtime.version().feature() >= 17);
  }
}
