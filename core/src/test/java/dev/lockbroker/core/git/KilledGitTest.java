package dev.lockbroker.core.git;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.Party;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Inside;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Scope;
import dev.lockbroker.core.table.Ticket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real git, killed at many moments under a lease whose client dies with it. */
class KilledGitTest {
  /** How many moments of each operation; {@code -Dlockbroker.moments=20} takes minutes. */
  private static final int MOMENTS = Integer.getInteger("lockbroker.moments", 3);

  private static final long LIMIT_NANOS = 20_000_000_000L;

  private static final Party NOBODY =
      new Party() {
        @Override
        public boolean actsFor(Ticket ticket) {
          return true;
        }

        @Override
        public boolean vouchesFor(ProcessIdentity process) {
          return false;
        }
      };

  @TempDir Path root;
  private final LinuxHost host = LinuxHost.current();
  private final Processes processes = new LinuxProcesses(host, Path.of("/proc"));
  private final Map<String, Integer> left = new TreeMap<>();
  private int requests;

  /** What is done, and from where on it may be killed: an event of its own, or any moment. */
  private static Map<String, String> operations() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("add", "git add -A");
    all.put("commit -a", "git commit -q -a -m x");
    all.put("reset", "git reset -q --hard HEAD~3");
    all.put("rebase", "git rebase -q --force-rebase HEAD~6");
    all.put("tag -d", "git tag t; git pack-refs --all; git tag -d t");
    all.put("pack-refs", "git pack-refs --all --prune");
    all.put("config", "for i in 1 2 3 4 5 6 7 8; do git config a.b$i c; done");
    all.put("gc", "git gc -q");
    all.put("worktree add", "git worktree add -q -b new ../new");
    all.put("fetch --depth", "git fetch -q --depth=5 origin; git fetch -q --unshallow origin");
    all.put("stash", "git stash -q; git stash pop -q");
    return all;
  }

  @Test
  void whatever_git_is_killed_at_the_next_command_works() throws Exception {
    RealRepository repo = new RealRepository(root);
    List<String> broken = new ArrayList<>();
    int kills = 0;
    try (Arbiter arbiter = Arbiter.open(repo.common.resolve("lockbroker"), host, processes)) {
      for (Map.Entry<String, String> operation : operations().entrySet()) {
        long tookNanos = 0;
        for (int moment = 0; moment <= MOMENTS; moment++) {
          prepare(repo);
          // The first time it runs to its end, to be measured.
          long afterNanos = moment == 0 ? LIMIT_NANOS : tookNanos * moment / (MOMENTS + 1);
          long start = System.nanoTime();
          killedUnderLease(arbiter, repo, operation.getValue(), afterNanos);
          tookNanos = moment == 0 ? System.nanoTime() - start : tookNanos;
          kills++;
          note(broken, operation.getKey() + " " + moment, repo);
        }
      }
      for (String script :
          List.of("git commit -q -a -m x", "git tag t; git tag -d t", "git gc -q")) {
        for (String hook : List.of("reference-transaction", "pre-commit")) {
          prepare(repo);
          Path mark = root.resolve("mark");
          Files.deleteIfExists(mark);
          repo.hook(hook, "[ \"$1\" = committed ] || { : >'" + mark + "'; sleep 100; }");
          killedUnderLease(arbiter, repo, script, 1_000_000_000L, mark);
          kills++;
          Files.deleteIfExists(repo.common.resolve("hooks/" + hook));
          note(broken, script + " in " + hook, repo);
        }
      }
    }
    System.out.printf(Locale.ROOT, "%d kills of git; cleared: %s%n", kills, left);
    assertEquals(List.of(), broken);
    assertTrue(left.size() > 5, "the kills hit nothing: " + left);
  }

  private static void prepare(RealRepository repo) throws Exception {
    repo.reset();
    for (int i = 0; i < 200; i++) {
      Files.writeString(repo.top.resolve("n" + i), "text " + i + "\n".repeat(i));
    }
    Files.writeString(repo.top.resolve("f1"), "changed\n");
  }

  private void note(List<String> broken, String what, RealRepository repo) throws Exception {
    for (String lock : repo.locks()) {
      broken.add(what + ": still there: " + lock);
    }
    for (String one : repo.brokenCommands()) {
      broken.add(what + ": " + one);
    }
    for (Incident incident : new Incidents(repo.common.resolve("lockbroker")).takeUntold(whole())) {
      for (Incident.Item item : incident.items()) {
        String kind = item.kind() == Incident.Item.Kind.UNFINISHED ? item.text() : item.path();
        left.merge(item.kind().word() + " " + kind.replaceAll("\\d+", "N"), 1, Integer::sum);
      }
    }
  }

  private static Claims whole() {
    return Claims.of(LockMode.EXCLUSIVE, Scope.ROOT);
  }

  private void killedUnderLease(
      Arbiter arbiter, RealRepository repo, String script, long afterNanos, Path... mark)
      throws Exception {
    Process client = new ProcessBuilder("sleep", "1000").start();
    try {
      ask(arbiter, client.pid());
      Process git = repo.start(script);
      long end = System.nanoTime() + afterNanos;
      while (git.isAlive() && System.nanoTime() - end < 0 && !isMarked(mark)) {
        Thread.sleep(1);
      }
      RealRepository.kill(git);
    } finally {
      client.destroyForcibly().waitFor();
    }
    ask(arbiter, ProcessHandle.current().pid());
    // Given back, so that the next one finds it free.
    for (Ticket ticket : List.copyOf(arbiter.table().held())) {
      arbiter.transact(
          List.of(new Command.Force(ticket.number(), ticket.requireHold().token())),
          NOBODY,
          LIMIT_NANOS);
    }
  }

  private static boolean isMarked(Path... mark) {
    return mark.length > 0 && Files.exists(mark[0]);
  }

  private void ask(Arbiter arbiter, long pid) throws Exception {
    requests++;
    ProcessIdentity client =
        new ProcessIdentity(
            pid, processes.startTicks(pid).orElseThrow(), host.self().pidNamespace(), host.uid());
    Command.Request request =
        new Command.Request(
            new RequestId(String.format(Locale.ROOT, "%032x", requests)),
            whole(),
            client,
            60_000,
            LeaseKind.RUN,
            "killed",
            false,
            false,
            Inside.NONE);
    Outcome outcome = arbiter.transact(List.of(request), NOBODY, LIMIT_NANOS).outcomes().get(0);
    assertTrue(outcome instanceof Outcome.Held, () -> "not held: " + outcome);
  }
}
