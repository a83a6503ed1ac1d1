package dev.lockbroker.core.repository;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The locale that tests need who name files in letters beyond ASCII. */
final class Utf8 {
  private Utf8() {}

  static void assume() {
    assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "the locale is not UTF-8");
  }
}
