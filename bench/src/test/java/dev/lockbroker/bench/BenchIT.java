package dev.lockbroker.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.bench.peer.Found;
import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.peer.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That the command works, with whatever is on this machine; its figures are not looked at. The
 * other workloads are tried by their own suites.
 */
final class BenchIT {
  private static final Path DIST = Path.of(System.getProperty("lockbroker.dist", "missing"));

  @TempDir Path folder;

  /** Exit code and output of the real command, in a JVM of its own. */
  private record Ended(int status, String out, String err) {}

  private Ended bench(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlockbroker.bench.home=" + Path.of("").toAbsolutePath(),
                Main.class.getName(),
                "--dist",
                DIST.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    for (String name :
        List.of("HOME", "XDG_RUNTIME_DIR", "LOCKBROKER_STATE", "LOCKBROKER_SOCKET")) {
      environment.put(name, folder.resolve(name).toString());
    }
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(5, TimeUnit.MINUTES), "it hangs: " + Files.readString(err));
    } finally {
      process.destroy();
    }
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void a_quick_run_measures_each_peer_that_is_here() throws Exception {
    Path results = folder.resolve("results");
    Ended run = bench("--quick", "--only", "P1,P9", "--out", results.toString());
    assertEquals(0, run.status(), run.err());
    String report = Files.readString(results.resolve("report.md"));
    String ofP1 = report.substring(report.indexOf("\n## P1"), report.indexOf("\n## P9"));
    for (Peer peer : Peers.all(DIST)) {
      boolean isHere = peer.find() instanceof Found.Here;
      boolean isShown = ofP1.contains("| " + peer.id() + " |") || ofP1.contains("**" + peer.id());
      assertEquals(isHere, isShown, peer.id() + " in " + ofP1 + run.err());
      assertEquals(!isHere, run.err().contains("without " + peer.id() + ": "), run.err());
    }
    assertTrue(run.out().startsWith("|"), run.out());
    assertTrue(Files.exists(results.resolve("run-1.tsv")), run.err());
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(results.resolve("plots.svg").toFile());
  }

  @Test
  void wrong_usage_is_one_line() throws Exception {
    for (String[] wrong :
        new String[][] {
          {"--fast"}, {"--only", "P99"}, {"--peer", "nobody"}, {"--runs", "0"}, {"--runs", "x"}
        }) {
      Ended run = bench(wrong);
      assertEquals(Main.USAGE, run.status(), run.err());
      assertEquals(1, run.err().lines().count(), run.err());
      assertTrue(run.err().startsWith("bench/run: "), run.err());
      assertEquals("", run.out());
    }
  }

  @Test
  void what_can_be_measured_is_listed() throws Exception {
    Ended run = bench("--list");
    assertEquals(0, run.status(), run.err());
    assertFalse(run.out().isEmpty());
    for (Peer peer : Peers.all(DIST)) {
      assertTrue(run.out().contains("\n" + peer.id() + " "), run.out());
    }
  }
}
