package dev.lockbroker.bench.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.peer.Peers;
import dev.lockbroker.bench.report.Results;
import dev.lockbroker.bench.report.Series;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The workloads with whole processes, as short as they can be: that they work, not how fast. */
class WholeIT {
  private static final Path DIST = Path.of(System.getProperty("lockbroker.dist", ""));
  private static final Set<String> MEASURED =
      Set.of("lockbroker", "lockbroker-auto", "lockbroker-direct", "fcntl");

  private final Results results = new Results();
  private Path folder = Path.of("/");

  @BeforeEach
  void makeFolder() throws IOException {
    // Short, because it holds sockets.
    folder = Files.createTempDirectory("lb").toRealPath();
  }

  @AfterEach
  void removeFolder() throws IOException {
    assertEquals(List.of(), processesIn(folder), "processes left");
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }

  private void measure(Workload workload) throws Exception {
    List<Peer> peers =
        Peers.all(DIST).stream().filter(peer -> MEASURED.contains(peer.id())).toList();
    workload.measure(new Lab(folder, DIST, peers, true, results));
    for (String note : results.notes()) {
      assertTrue(!note.contains("failed") && !note.contains("does not start"), note);
    }
    for (Goal goal : workload.goals()) {
      assertTrue(goal.value().apply(results).isPresent(), goal.text());
    }
  }

  private double median(String workload, String peer, String variant, String quantity) {
    return results
        .quantile(workload, peer, variant, quantity, 0.5)
        .orElseThrow(() -> new AssertionError(peer + " " + variant + ": no " + quantity));
  }

  private static void requireWithin(double least, double most, double value) {
    assertTrue(value >= least && value <= most, () -> value + ", not " + least + " to " + most);
  }

  @Test
  void a_waiter_enters_after_its_holder_was_killed() throws Exception {
    measure(new HolderKilled());
    for (String peer : MEASURED) {
      requireWithin(1, 5_000_000, median("P6", peer, "", "gap"));
    }
    requireWithin(1, 5_000_000, median("P6", "lockbroker", "lockctl run", "gap"));
    requireWithin(1, 5_000_000, median("P6", "lockbroker-direct", "lockctl run", "gap"));
  }

  @Test
  void a_broker_rests() throws Exception {
    measure(new AtRest());
    requireWithin(10_000, 60_000_000, median("P7", "lockbroker", "", "start to first grant"));
    for (String variant : List.of("sessions=0", "sessions=1")) {
      requireWithin(20, 400, median("P7", "lockbroker", variant, "resident"));
      requireWithin(5, 400, median("P7", "lockbroker", variant, "proportional"));
      requireWithin(0, 100, median("P7", "lockbroker", variant, "cpu"));
      requireWithin(0, 10_000, median("P7", "lockbroker", variant, "wake-ups"));
    }
  }

  @Test
  void every_commit_is_there() throws Exception {
    measure(new RealGit());
    for (GitWay way : GitWay.all()) {
      assertEquals(0, median("P8", way.peer(), way.variant(), "failures"), way.toString());
      // Git alone needs more than a millisecond for each of them.
      requireWithin(2_000, 60_000_000, median("P8", way.peer(), way.variant(), "wall"));
      long commits =
          results.series().stream()
              .filter(one -> one.peer().equals(way.peer()) && one.variant().equals(way.variant()))
              .filter(one -> one.quantity().equals("add+commit"))
              .mapToLong(Series::count)
              .sum();
      assertEquals(way.isAlone() ? 2 : 6, commits, way.toString());
    }
    // They queue: whoever comes last waits for more than one git.
    double last = results.quantile("P8", "lockbroker-auto", "one worktree", "wait", 1.).orElse(0);
    requireWithin(2_000, 60_000_000, last);
  }

  /** Those whose environment names the folder. */
  private static List<String> processesIn(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : all) {
        if (environment(process).contains("HOME=" + folder + "/")) {
          found.add(process.toString());
        }
      }
    }
    return found;
  }

  private static String environment(Path process) {
    try {
      return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // It has ended, or is somebody else's.
      return "";
    }
  }
}
