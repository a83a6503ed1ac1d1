package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Eight processes commit to one working tree as fast as they can. */
class LoadIT {
  private static final int PROCESSES = 8;
  private static final int ROUNDS = 25;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void no_commit_fails_with_a_broker() throws Exception {
    box.broker();
    load("with a broker", process -> "broker");
  }

  @Test
  void no_commit_fails_without_a_broker() throws Exception {
    load("without a broker", process -> "direct");
  }

  @Test
  void no_commit_fails_when_half_of_them_use_the_broker() throws Exception {
    box.broker();
    load("half with a broker, half without", process -> process % 2 == 0 ? "broker" : "direct");
  }

  @Test
  void without_any_lock_commits_fail() throws Exception {
    Repo repo = box.repo("repo");
    Witness witness = new Witness(box.folder("witness"));
    int failures = 0;
    for (Child loop : loops(repo, witness, "", 5, process -> "none")) {
      loop.await(LIMIT);
      failures += (int) loop.out().lines().filter(line -> line.startsWith("FAILED")).count();
    }
    int wrong = repo.wrongCommits().size();
    Figures.print(
        "40 commits by 8 processes without any lock: %d failures, %d commits with wrong content,"
            + " %d overlaps",
        failures, wrong, witness.overlaps());
    assumeTrue(failures + wrong > 0, "this machine was too slow for a collision");
  }

  private void load(String how, IntFunction<String> mode) throws Exception {
    Repo repo = box.repo("repo");
    Witness witness = new Witness(box.folder("witness"));
    int commits = PROCESSES * ROUNDS;
    String lockctl = "\"$LOCKCTL\" run --quiet -- ";
    long start = System.nanoTime();
    try (Journal journal = repo.journal().follow()) {
      for (Child loop : loops(repo, witness, lockctl, ROUNDS, mode)) {
        loop.await(LIMIT);
        assertEquals("", loop.out() + loop.err(), () -> "failures of " + loop);
      }
      long took = System.nanoTime() - start;
      requireStrictOrder(journal, commits);
      assertEquals(commits, repo.commits());
      assertEquals(List.of(), repo.wrongCommits());
      witness.requireAlone(commits);
      repo.requireSound();
      Figures.print(
          "%d commits by %d processes %s: 0 failures, %s, %s",
          commits,
          PROCESSES,
          how,
          Figures.time(took),
          Figures.spread(
              "wait", journal.grants().stream().map(Journal.Grant::waitedNanos).toList()));
    }
  }

  private static void requireStrictOrder(Journal journal, int count) throws Exception {
    List<Long> tickets = journal.requests().stream().map(Journal.Wait::ticket).toList();
    List<Long> granted = journal.grants().stream().map(Journal.Grant::ticket).toList();
    assertEquals(count, tickets.size(), "requests in the journal");
    assertEquals(tickets, granted, "the order of grants is the order of arrival");
    assertEquals(List.of(), journal.violations());
    assertEquals(List.of(), journal.held());
    for (long ticket : tickets) {
      // The end that a compaction carries out is seen by its absence only.
      assertEquals("released", journal.ends().getOrDefault(ticket, "released"));
    }
  }

  private List<Child> loops(
      Repo repo, Witness witness, String before, int rounds, IntFunction<String> mode)
      throws Exception {
    Path script = box.root().resolve("loop");
    Files.writeString(
        script,
        "i=1; while [ $i -le $2 ]; do "
            + before
            + witness.commit("f-$1-$i")
            + " 2>>\"$WITNESS/trouble.log\" || echo \"FAILED $? $i\"; i=$((i+1)); done\n");
    List<Child> loops = new ArrayList<>();
    for (int process = 0; process < PROCESSES; process++) {
      loops.add(
          box.command(repo.path(), "sh", script.toString(), "p" + process, "" + rounds)
              .env("WITNESS", witness.folder())
              .env("LOCKCTL", Sandbox.dist().resolve("bin/lockctl"))
              .mode(mode.apply(process))
              .start());
    }
    return loops;
  }
}
