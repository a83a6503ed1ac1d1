package dev.lockbroker.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
  private final Set<Path> moved = new HashSet<>();
  private final boolean table;
  private long livenessNanos;

  TortureRun(
      Sandbox box,
      TortureField field,
      TortureSlots slots,
      TortureChaos chaos,
      Journal journal,
      long seed,
      boolean table) {
    this.box = box;
    this.field = field;
    this.slots = slots;
    this.chaos = chaos;
    this.journal = journal;
    this.events = new TortureEvents(field.events());
    this.seed = seed;
    this.table = table;
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
        noteMoved();
        Figures.print("torture %s", progress());
      }
    }
  }

  private String progress() throws IOException {
    return String.format(
        Locale.ROOT,
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
    try {
      print(violations.size());
    } catch (Exception | AssertionError e) {
      Figures.print("no figures: %s", e);
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
    requireNoViolation();
    List<String> violations = new TortureJudge(box, field, slots, journal, events).violations();
    if (!violations.isEmpty()) {
      throw violation(violations);
    }
  }

  /** In a long run, what is rare must have happened, too: else nothing was seen of it. */
  void requireRareThings() throws Exception {
    List<String> missing = new ArrayList<>();
    Map<String, Integer> rare =
        Map.of(
            "lease lost by its holder", events.count("L"),
            "token refused by the store", events.count("F"),
            "compaction", journal.files() - 1,
            "git lock moved aside", moved.size());
    rare.forEach(
        (what, count) -> {
          if (count == 0) {
            missing.add("not one " + what);
          }
        });
    if (!missing.isEmpty()) {
      throw violation(missing);
    }
  }

  private void noteMoved() throws IOException {
    Path undo = field.repo().locks().resolve("undo");
    if (Files.exists(undo)) {
      try (Stream<Path> files = Files.find(undo, 10, (path, a) -> a.isRegularFile())) {
        files.forEach(moved::add);
      } catch (UncheckedIOException e) {
        // The oldest are just being removed.
      }
    }
  }

  /** The figures, in one line or as a table. */
  void print(int violations) throws Exception {
    noteMoved();
    List<Long> waits = journal.grants().stream().map(Journal.Grant::waitedNanos).toList();
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("seconds", Long.toString((System.nanoTime() - startNanos) / 1_000_000_000L));
    figures.put("seed", Long.toString(seed));
    figures.put("kills", chaos.kills() + " " + chaos.counts("KILL_"));
    figures.put("stops", chaos.stops() + " " + chaos.counts("STOP_"));
    figures.put("told to end", chaos.counts("TERM_").toString());
    figures.put("brokers started", Integer.toString(chaos.brokers()));
    figures.put("requests", Integer.toString(journal.requests().size()));
    figures.put("grants", waits.size() + ", ended " + journal.endCounts());
    figures.put("wait", Figures.spread("", waits).strip());
    figures.put("commits", commits() + ", acknowledged " + events.acks().size());
    figures.put("git locks moved aside", Integer.toString(moved.size()));
    figures.put("leases lost", Integer.toString(events.count("L")));
    figures.put("tokens refused", events.count("F") + " of " + events.count("T"));
    figures.put("compactions", Integer.toString(journal.files() - 1));
    if (table) {
      figures.put("sections", events.count("B") + ", met dying processes " + events.count("D"));
      figures.put("lockctl ended", slots.exits().toString());
      figures.put("programs", events.count("R") + " rounds, refused " + events.count("U"));
      figures.put("one more round each", "within " + Figures.time(livenessNanos));
    }
    figures.put("violations", Integer.toString(violations));
    if (table) {
      Figures.print("torture");
      figures.forEach((name, value) -> Figures.print("  %-22s %s", name, value));
    } else {
      List<String> words = new ArrayList<>();
      figures.forEach((name, value) -> words.add(name + " " + value));
      Figures.print("torture: %s", String.join("; ", words));
    }
  }

  private int commits() throws Exception {
    int commits = 0;
    for (String branch : TortureField.TREES) {
      commits +=
          Integer.parseInt(field.repo().git("rev-list", "--count", "base.." + branch).strip());
    }
    return commits;
  }
}
