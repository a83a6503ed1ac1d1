package dev.lockbroker.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Watches one torture and judges it. Confined to the test's thread. */
final class TortureRun {
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final Path DUMPS = Path.of("target/torture").toAbsolutePath();

  private final Sandbox box;
  private final TortureField field;
  private final TortureSlots slots;
  private final TortureChaos chaos;
  private final Journal journal;
  private final TortureEvents events;
  private final long seed;
  private final long startNanos = System.nanoTime();
  private long livenessNanos;
  private int commits;

  TortureRun(
      Sandbox box,
      TortureField field,
      TortureSlots slots,
      TortureChaos chaos,
      Journal journal,
      long seed) {
    this.box = box;
    this.field = field;
    this.slots = slots;
    this.chaos = chaos;
    this.journal = journal;
    this.events = new TortureEvents(field.events());
    this.seed = seed;
  }

  /** Fails at the first violation; prints a line every minute. */
  void watch(int seconds) throws Exception {
    long end = startNanos + seconds * 1_000_000_000L;
    long nextPrint = startNanos + MINUTE_NANOS;
    while (System.nanoTime() - end < 0) {
      Thread.sleep(100);
      requireNoViolation();
      if (System.nanoTime() - nextPrint >= 0) {
        nextPrint += MINUTE_NANOS;
        Figures.print("torture %s", progress());
      }
    }
  }

  private String progress() throws IOException {
    return String.format(
        java.util.Locale.ROOT,
        "%d s: %d kills, %d actions, %d grants, %d commits acknowledged, no violation",
        (System.nanoTime() - startNanos) / 1_000_000_000L,
        chaos.kills(),
        chaos.counts().values().stream().mapToInt(Integer::intValue).sum(),
        journal.grantCount(),
        events.acks().size());
  }

  private void requireNoViolation() throws Exception {
    List<String> violations = new ArrayList<>(events.read().violations());
    violations.addAll(slots.violations());
    violations.addAll(journal.violations());
    String trouble = chaos.trouble();
    if (trouble != null) {
      violations.add(trouble);
    }
    Set<String> harmed = slots.harmed();
    events
        .failures()
        .forEach(
            (round, status) -> {
              if (!harmed.contains(round)) {
                violations.add(
                    "round "
                        + round
                        + " failed ("
                        + status
                        + ") though nobody harmed it: "
                        + field.gitErrors(round));
              }
            });
    if (!violations.isEmpty()) {
      throw violation(violations);
    }
  }

  private AssertionError violation(List<String> violations) throws Exception {
    for (long pid : box.processes()) {
      // They stay as they are until everything is written down.
      Os.signal("STOP", pid);
    }
    Path folder = Files.createDirectories(DUMPS.resolve(seed + "-" + System.currentTimeMillis()));
    Files.write(folder.resolve("violations"), violations);
    Files.write(folder.resolve("actions"), chaos.actions());
    Files.write(folder.resolve("history"), journal.history());
    Files.write(folder.resolve("processes"), box.processes().stream().map(Os::describe).toList());
    copy(field.events(), folder.resolve("events"));
    copy(field.fenced(), folder.resolve("fenced"));
    copy(field.repo().locks().resolve("journal"), folder.resolve("journal"));
    for (Child child : box.children()) {
      Files.writeString(folder.resolve("stderr." + child.pid()), child + "\n" + child.err());
    }
    try (Stream<Path> logs =
        Files.find(box.root(), 6, (path, a) -> path.toString().endsWith(".log"))) {
      for (Path log : logs.toList()) {
        copy(log, folder.resolve(String.valueOf(log.getFileName())));
      }
    }
    return new AssertionError(
        violations.size()
            + " violations, seed "
            + seed
            + ", state in "
            + folder
            + ":\n"
            + String.join("\n", violations.subList(0, Math.min(10, violations.size())))
            + "\nlast actions:\n"
            + String.join(
                "\n",
                chaos
                    .actions()
                    .subList(Math.max(0, chaos.actions().size() - 30), chaos.actions().size())));
  }

  private static void copy(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      Files.copy(from, to);
    }
  }

  /** Each client finishes one more round now that nobody disturbs it. */
  void requireEverybodyGoesOn(Duration limit) throws Exception {
    long start = System.nanoTime();
    events.read();
    Map<String, Integer> before = new HashMap<>();
    for (String slot : allSlots()) {
      before.put(slot, rounds(slot));
    }
    awaitAll(
        limit,
        "one more round",
        () -> {
          events.read();
          return allSlots().stream()
              .filter(slot -> rounds(slot) <= before.getOrDefault(slot, 0))
              .toList();
        });
    livenessNanos = System.nanoTime() - start;
  }

  /** All programs end when they are told to. */
  void requireEnds(Duration limit) throws Exception {
    awaitAll(limit, "its end", () -> slots.haveEnded() ? List.of() : List.of("somebody"));
  }

  private interface Missing {
    List<String> get() throws Exception;
  }

  private void awaitAll(Duration limit, String what, Missing missing) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!missing.get().isEmpty()) {
      Thread.sleep(50);
      requireNoViolation();
      if (System.nanoTime() - end > 0) {
        throw violation(List.of(missing.get() + " did not come to " + what + " within " + limit));
      }
    }
  }

  private static List<String> allSlots() {
    List<String> all = new ArrayList<>(TortureSlots.CLI);
    all.addAll(TortureSlots.PROGRAMS);
    return all;
  }

  private int rounds(String slot) {
    return TortureSlots.CLI.contains(slot) ? slots.finished(slot) : events.rounds(slot);
  }

  /** After the end: commits, beliefs, tokens, what is left. */
  void requireNothingLost() throws Exception {
    events.read();
    requireNoViolation();
    List<String> violations = new ArrayList<>(events.overlaps());
    judgeCommits(violations);
    judgeBeliefs(violations);
    judgeFenced(violations);
    judgeRest(violations);
    if (!violations.isEmpty()) {
      throw violation(violations);
    }
  }

  private void judgeCommits(List<String> violations) throws Exception {
    Map<String, Set<String>> there = new HashMap<>();
    for (String branch : TortureField.TREES) {
      violations.addAll(field.repo().wrongCommits(branch));
      List<String> paths =
          field.repo().git("log", "--format=%s", "base.." + branch).lines().toList();
      there.put(branch, new HashSet<>(paths));
      commits += paths.size();
      if (new HashSet<>(paths).size() != paths.size()) {
        violations.add("a file was committed twice in " + branch);
      }
    }
    Set<String> rounds = new HashSet<>();
    for (TortureEvents.Ack ack : events.acks()) {
      rounds.add(ack.round());
      if (!there.getOrDefault(ack.branch(), Set.of()).contains(ack.path())) {
        violations.add("acknowledged but not there: " + ack);
      }
    }
    for (String round : slots.acknowledged()) {
      if (!rounds.contains(round)) {
        violations.add("lockctl ended with 0 but nothing was committed in round " + round);
      }
    }
  }

  /** Nobody believes to hold when a later one was granted already. */
  private void judgeBeliefs(List<String> violations) throws Exception {
    TreeMap<Long, Journal.Grant> byToken = new TreeMap<>();
    Map<Long, Journal.Wait> waits = new HashMap<>();
    for (Journal.Wait wait : journal.requests()) {
      waits.put(wait.ticket(), wait);
    }
    for (Journal.Grant grant : journal.grants()) {
      byToken.put(grant.token(), grant);
    }
    for (TortureEvents.Belief belief : events.beliefs()) {
      Journal.Grant mine = byToken.get(belief.token());
      Journal.Wait wait = mine == null ? null : waits.get(mine.ticket());
      if (mine == null || wait == null) {
        violations.add("a token that was never granted: " + belief);
        continue;
      }
      for (Journal.Grant later : byToken.tailMap(belief.token(), false).values()) {
        Journal.Wait its = waits.get(later.ticket());
        if (later.sinceNanos() > belief.nanos() + 60_000_000_000L) {
          break;
        }
        if (its != null && Journal.conflict(wait, its) && later.sinceNanos() <= belief.nanos()) {
          violations.add("believed to hold after the grant of " + later + ": " + belief);
        }
      }
    }
  }

  private void judgeFenced(List<String> violations) throws IOException {
    long last = 0;
    for (String line :
        Files.exists(field.fenced()) ? Files.readAllLines(field.fenced()) : List.<String>of()) {
      long token = Long.parseLong(line.split(" ", -1)[0]);
      if (token < last) {
        violations.add("the fenced store went down: " + token + " after " + last);
      }
      last = token;
    }
  }

  private void judgeRest(List<String> violations) throws Exception {
    if (!journal.held().isEmpty() || !journal.waiting().isEmpty()) {
      violations.add("tickets left: " + journal.held() + " and waiting " + journal.waiting());
    }
    try {
      field.repo().requireSound();
    } catch (AssertionError e) {
      violations.add(String.valueOf(e.getMessage()));
    }
    List<String> left = box.processes().stream().map(Os::describe).toList();
    if (!left.isEmpty()) {
      violations.add("processes left: " + left);
    }
  }

  private long movedAside() throws IOException {
    try (Stream<Path> files =
        Files.find(field.repo().locks(), 3, (path, a) -> path.toString().endsWith(".lock"))) {
      return files.count();
    }
  }

  /** The figures. */
  void print(boolean tidied) throws Exception {
    List<Long> waits = journal.grants().stream().map(Journal.Grant::waitedNanos).toList();
    Figures.print(
        "torture %d s, seed %d; git locks of the dead were removed by %s",
        (System.nanoTime() - startNanos) / 1_000_000_000L,
        seed,
        tidied ? "the harness (" + events.count("S") + ")" : "the product (" + movedAside() + ")");
    Figures.print(
        "  %d kills; all: %s; brokers started %d", chaos.kills(), chaos.counts(), chaos.brokers());
    Figures.print(
        "  tickets %d, grants %d, %s, journal files %d",
        journal.requests().size(),
        journal.grants().size(),
        Figures.spread("wait", waits),
        journal.files());
    Figures.print(
        "  commits %d, acknowledged %d, sections begun %d, met dying processes %d",
        commits, events.acks().size(), events.count("B"), events.count("D"));
    Figures.print("  lockctl ended: %s", slots.exits());
    Figures.print(
        "  programs: rounds %d, effects %d, refused by the fence %d, leases lost %d, refused %d",
        events.count("R"),
        events.count("T"),
        events.count("F"),
        events.count("L"),
        events.count("U"));
    Figures.print("  ends: %s", journal.endCounts());
    Figures.print(
        "  0 violations; every client did one more round %s after the chaos",
        Figures.time(livenessNanos));
  }
}
