package dev.lockbroker.bench.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.bench.peer.Found;
import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.peer.Peers;
import dev.lockbroker.bench.peer.Service;
import dev.lockbroker.bench.peer.Session;
import dev.lockbroker.bench.report.Results;
import dev.lockbroker.bench.report.Series;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The figures of a quick run mean nothing; that they are there, and that no lock failed, does. */
@Timeout(300)
final class WorkloadsIT {
  private static final Path DIST = Path.of(System.getProperty("lockbroker.dist", ""));
  private static final Set<String> PEERS =
      Set.of(
          "lockbroker", "lockbroker-auto", "lockbroker-direct", "fcntl", "raw-grpc", "in-process");

  /** Short: sockets are in it. */
  @TempDir Path folder;

  private static List<Peer> peers() {
    return Peers.all(DIST).stream().filter(peer -> PEERS.contains(peer.id())).toList();
  }

  private Results measure(Workload workload, List<Peer> peers) throws Exception {
    Results results = new Results();
    workload.measure(new Lab(folder, DIST, peers, true, results));
    return results;
  }

  private static void assertMeasured(
      Results results, String workload, String peer, String variant, String quantity) {
    boolean isThere =
        results.series().stream()
            .anyMatch(
                one ->
                    one.workload().equals(workload)
                        && one.peer().equals(peer)
                        && one.variant().equals(variant)
                        && one.quantity().equals(quantity)
                        && one.count() > 0);
    assertTrue(isThere, workload + " " + peer + " " + quantity + ": " + results.notes());
  }

  private static void assertAllZero(Results results, String quantity) {
    for (Series one : results.series()) {
      if (one.quantity().equals(quantity)) {
        assertEquals(0, one.quantiles().get(0), one.peer() + " " + one.variant());
      }
    }
  }

  @Test
  void every_peer_has_pairs() throws Exception {
    Results results = measure(new BrokerPair(), peers());
    for (Peer peer : peers()) {
      assertMeasured(results, "P1", peer.id(), "", "pair");
    }
  }

  @Test
  void without_a_broker_there_are_pairs() throws Exception {
    Results results = measure(new DirectPair(), peers());
    assertMeasured(results, "P2", "lockbroker-direct", "", "pair");
  }

  @Test
  void nobody_is_let_in_while_somebody_is_inside() throws Exception {
    Results results = measure(new HandOff(), peers());
    for (Peer peer : peers()) {
      assertMeasured(results, "P3", peer.id(), "processes=2", "wait");
    }
    assertMeasured(results, "P3", "lockbroker", "processes=2", "inversions by ticket");
    assertAllZero(results, "overlaps");
    assertAllZero(results, "inversions by ticket");
  }

  @Test
  void many_waiters_are_served_in_order() throws Exception {
    Results results = measure(new LongQueue(), peers());
    assertMeasured(results, "P4", "lockbroker", "waiters=10", "gap");
    assertMeasured(results, "P4", "lockbroker", "waiters=100", "gap");
    assertMeasured(results, "P4", "lockbroker", "waiters=100", "memory in broker");
    assertAllZero(results, "overlaps");
    assertAllZero(results, "inversions");
  }

  @Test
  void many_sessions_have_a_throughput() throws Exception {
    Results results = measure(new ManyRepositories(), peers());
    assertMeasured(results, "P5", "lockbroker", "sessions=4", "throughput");
    assertMeasured(results, "P5", "raw-grpc", "sessions=1", "throughput");
  }

  @Test
  void a_peer_that_fails_is_noted_and_the_others_go_on() throws Exception {
    Peer broken =
        new Peer() {
          @Override
          public String id() {
            return "broken";
          }

          @Override
          public boolean isFifo() {
            return true;
          }

          @Override
          public Found find() {
            return new Found.Here("1.0");
          }

          @Override
          public Service start(Path unused) throws IOException {
            throw new IOException("it does not start");
          }

          @Override
          public Session connect(String address) throws IOException {
            throw new IOException("it does not start");
          }
        };
    List<Peer> peers = new ArrayList<>(List.of(broken));
    peers.addAll(peers().stream().filter(peer -> peer.id().equals("fcntl")).toList());
    Results results = measure(new BrokerPair(), peers);
    assertMeasured(results, "P1", "fcntl", "", "pair");
    assertTrue(results.notes().get(0).contains("broken"), results.notes().toString());
    assertTrue(results.notes().get(0).contains("it does not start"), results.notes().toString());
  }
}
