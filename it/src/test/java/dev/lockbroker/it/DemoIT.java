package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The README's first command shows what it says it shows. */
class DemoIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void all_commits_are_made_in_order_and_their_waits_are_measured() throws Exception {
    String out = box.lockctl(box.root(), "demo").run().exits(0).out();
    assertTrue(out.matches("(?s).*commits made +\\d+ +40\\n.*"), out);
    assertTrue(out.matches("(?s).*order of arrival +none +kept\\n.*"), out);
    assertTrue(out.contains("(longest)"), out);
    assertFalse(out.matches("(?s).*\\(longest\\) +- +0 ms\\n.*"), "nobody waited: " + out);
  }
}
