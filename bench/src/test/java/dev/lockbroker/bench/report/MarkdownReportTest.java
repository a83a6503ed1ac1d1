package dev.lockbroker.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class MarkdownReportTest {
  private static String expected(String name) throws IOException {
    try (InputStream file =
        Objects.requireNonNull(MarkdownReportTest.class.getResourceAsStream(name))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void three_runs_read_like_this() throws IOException {
    List<Run> runs =
        List.of(Samples.run(1, 1.1, false), Samples.run(2, 1, false), Samples.run(3, 1.04, false));
    String text = new MarkdownReport(Samples.workloads(), runs).text();
    assertEquals(expected("three-runs.md"), text);
  }

  @Test
  void one_quick_run_reads_like_this() throws IOException {
    String text = new MarkdownReport(Samples.workloads(), List.of(Samples.run(1, 1, true))).text();
    assertEquals(expected("quick-run.md"), text);
  }
}
