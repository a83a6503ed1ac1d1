package dev.lockbroker.it;

import dev.lockbroker.it.TortureProcesses.Proc;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Kills and stops at random moments, by seed. One thread of its own; the rest is thread-safe. */
final class TortureChaos {
  /** What is done to whom, and how often among a hundred. */
  enum Kind {
    KILL_CLIENT(16),
    KILL_WORKER(10),
    KILL_GIT(12),
    KILL_HOOK(6),
    KILL_TREE(10),
    KILL_CLIENT_AND_WORKER(6),
    KILL_CLIENT_AND_GIT(4),
    KILL_BROKER(4),
    TERM_CLIENT(4),
    STOP_CLIENT(8),
    STOP_WORKER(4),
    STOP_GIT(4),
    STOP_TREE(4),
    /** For longer than the ttl of its lease, which nothing but its clock keeps. */
    STOP_HEARTBEATS(8),
    STOP_BROKER(6);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }

    boolean kills() {
      return name().startsWith("KILL");
    }

    /** Whoever is only stopped must come to a good end all the same. */
    boolean stops() {
      return name().startsWith("STOP");
    }
  }

  private static final int KEPT_ACTIONS = 200;
  private static final int FIND_TRIES = 200;

  private final Sandbox box;
  private final TortureSlots slots;
  private final TortureVictims victims;
  private final Random random;
  private final List<Kind> dice = new ArrayList<>();
  private final int pauseMillis;
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
  private final Deque<String> actions = new ArrayDeque<>();
  private final Map<Long, Long> stopped = new HashMap<>();
  private final Thread thread = new Thread(this::run, "chaos");
  private @Nullable Child broker;
  private long brokerAtNanos;
  private int brokers;
  private volatile boolean stopping;
  private volatile @Nullable String trouble;

  /**
   * Chaos.
   *
   * @param kinds the names of what is done, as a pattern
   * @param pauseMillis between two actions, on average
   */
  TortureChaos(
      Sandbox box,
      TortureSlots slots,
      Journal journal,
      Random random,
      String kinds,
      int pauseMillis) {
    this.box = box;
    this.slots = slots;
    this.victims = new TortureVictims(box, slots, journal, random);
    this.random = random;
    this.pauseMillis = pauseMillis;
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < kind.weight && kind.name().matches(kinds); i++) {
        dice.add(kind);
      }
    }
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!stopping) {
        long next =
            System.nanoTime() + (long) (-Math.log(1 - random.nextDouble()) * pauseMillis * 1e6);
        while (System.nanoTime() - next < 0 && !stopping) {
          keepBroker();
          resume(false);
          Thread.sleep(5);
        }
        if (!dice.isEmpty() && !stopping) {
          act(dice.get(random.nextInt(dice.size())));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception | AssertionError e) {
      trouble = "chaos itself: " + e;
    }
  }

  private void keepBroker() throws Exception {
    Child current = broker;
    if (current != null && !current.isAlive()) {
      trouble = "the broker has ended with " + current.exit() + ": " + current.err();
      broker = null;
    }
    if (current == null && System.nanoTime() - brokerAtNanos >= 0) {
      String program = Sandbox.dist().resolve("bin/lockbrokerd").toString();
      broker = box.command(box.root(), program).start();
      brokers++;
    }
  }

  /** Lets those go on whose time has come, or all. */
  private void resume(boolean everybody) throws Exception {
    long now = System.nanoTime();
    for (Map.Entry<Long, Long> entry : List.copyOf(stopped.entrySet())) {
      if (everybody || now - entry.getValue() >= 0) {
        stopped.remove(entry.getKey());
        Os.signal("CONT", entry.getKey());
        slots.noteStop();
      }
    }
  }

  private void act(Kind kind) throws Exception {
    if (kind == Kind.KILL_BROKER || kind == Kind.STOP_BROKER) {
      actOnBroker(kind);
      return;
    }
    List<Proc> found = List.of();
    for (int tries = 0; found.isEmpty() && tries < FIND_TRIES && !stopping; tries++) {
      keepBroker();
      resume(false);
      found = victims.of(kind);
      if (found.isEmpty()) {
        Thread.sleep(10);
      }
    }
    if (!found.isEmpty()) {
      harm(kind, found);
    }
  }

  private void harm(Kind kind, List<Proc> found) throws Exception {
    for (Proc victim : found) {
      if (!kind.stops()) {
        slots.harm(victim.round());
      }
    }
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal(kind), "--"));
    found.forEach(victim -> command.add(Long.toString(victim.pid())));
    if (kind.stops()) {
      int millis = kind == Kind.STOP_HEARTBEATS ? longStopMillis() : stopMillis();
      slots.noteStop();
      found.forEach(victim -> stopped.put(victim.pid(), System.nanoTime() + millis * 1_000_000L));
      note(kind, millis + " ms: " + describe(found));
    } else {
      Thread.sleep(random.nextInt(6));
      note(kind, describe(found));
    }
    new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static String signal(Kind kind) {
    return kind.kills() ? "KILL" : kind == Kind.TERM_CLIENT ? "TERM" : "STOP";
  }

  /** Some are stopped for longer than the ttl. */
  private int stopMillis() {
    return random.nextInt(100) < 70 ? 20 + random.nextInt(900) : longStopMillis();
  }

  private int longStopMillis() {
    return (int) TortureProgram.TTL.toMillis() + 100 + random.nextInt(2_500);
  }

  private void actOnBroker(Kind kind) throws Exception {
    Child current = broker;
    if (current == null) {
      return;
    }
    if (kind == Kind.STOP_BROKER) {
      int millis = stopMillis();
      note(kind, millis + " ms: " + current.pid());
      slots.noteStop();
      stopped.put(current.pid(), System.nanoTime() + millis * 1_000_000L);
      current.signal("STOP");
      return;
    }
    int millis = random.nextInt(100) < 60 ? random.nextInt(300) : random.nextInt(5_000);
    note(kind, current.pid() + ", next one in " + millis + " ms");
    broker = null;
    brokerAtNanos = System.nanoTime() + millis * 1_000_000L;
    stopped.remove(current.pid());
    current.signal("KILL");
    current.awaitExit();
    box.forget(current);
  }

  private static String describe(List<Proc> found) {
    StringBuilder out = new StringBuilder();
    for (Proc victim : found) {
      String words = victim.words();
      out.append(victim.pid()).append(' ').append(victim.role()).append(' ').append(victim.round());
      out.append(" (")
          .append(words.length() > 70 ? "…" + words.substring(words.length() - 70) : words);
      out.append(") ");
    }
    return out.toString().strip();
  }

  private synchronized void note(Kind kind, String what) {
    counts.merge(kind, 1, Integer::sum);
    actions.add(
        LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS)
            + " "
            + kind
            + " "
            + what);
    if (actions.size() > KEPT_ACTIONS) {
      actions.remove();
    }
  }

  /** How often each thing was done. */
  synchronized Map<Kind, Integer> counts() {
    return new EnumMap<>(counts);
  }

  /** The last things done, with their times. */
  synchronized List<String> actions() {
    return List.copyOf(actions);
  }

  /** How often each thing was done whose name begins so. */
  Map<Kind, Integer> counts(String beginning) {
    Map<Kind, Integer> some = counts();
    some.keySet().removeIf(kind -> !kind.name().startsWith(beginning));
    return some;
  }

  int kills() {
    return sum(counts("KILL_"));
  }

  int stops() {
    return sum(counts("STOP_"));
  }

  private static int sum(Map<Kind, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many brokers were started. */
  int brokers() {
    return brokers;
  }

  /** What went wrong with the broker or here; null if nothing did. */
  @Nullable String trouble() {
    return trouble;
  }

  /** Ends it: all go on, and a broker is there. */
  void stop() throws Exception {
    stopping = true;
    thread.join();
    resume(true);
    brokerAtNanos = System.nanoTime();
    keepBroker();
  }

  /** After a failure: nothing more is done. */
  void abandon() {
    stopping = true;
    thread.interrupt();
  }

  /** Ends the broker. */
  void endBroker() throws Exception {
    Child current = broker;
    broker = null;
    if (current != null) {
      current.signal("TERM");
      current.await();
    }
  }
}
