package dev.lockbroker.it;

import dev.lockbroker.it.TortureProcesses.Proc;
import dev.lockbroker.it.TortureProcesses.Role;
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
    STOP_BROKER(6);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }

    boolean kills() {
      return name().startsWith("KILL");
    }
  }

  private static final int KEPT_ACTIONS = 200;
  private static final int FIND_TRIES = 200;

  private final Sandbox box;
  private final TortureSlots slots;
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
  TortureChaos(Sandbox box, TortureSlots slots, Random random, String kinds, int pauseMillis) {
    this.box = box;
    this.slots = slots;
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
    List<Proc> victims = List.of();
    for (int tries = 0; victims.isEmpty() && tries < FIND_TRIES && !stopping; tries++) {
      keepBroker();
      resume(false);
      victims = victims(kind);
      if (victims.isEmpty()) {
        Thread.sleep(10);
      }
    }
    if (!victims.isEmpty()) {
      harm(kind, victims);
    }
  }

  private List<Proc> victims(Kind kind) throws Exception {
    TortureProcesses picture = TortureProcesses.of(box);
    return switch (kind) {
      case KILL_WORKER, STOP_WORKER -> one(picture.with(Role.WORKER));
      case KILL_GIT, STOP_GIT -> one(picture.with(Role.GIT));
      case KILL_HOOK -> one(picture.with(Role.HOOK));
      case KILL_CLIENT, TERM_CLIENT, STOP_CLIENT -> client(picture, null);
      case KILL_CLIENT_AND_WORKER -> client(picture, Role.WORKER);
      case KILL_CLIENT_AND_GIT -> client(picture, Role.GIT);
      default -> tree(picture);
    };
  }

  private List<Proc> one(List<Proc> several) {
    return several.isEmpty() ? several : List.of(several.get(random.nextInt(several.size())));
  }

  private @Nullable Child anyClient() {
    List<String> names = new ArrayList<>(TortureSlots.CLI);
    names.addAll(TortureSlots.PROGRAMS);
    return slots.living(names.get(random.nextInt(names.size())));
  }

  private List<Proc> client(TortureProcesses picture, @Nullable Role with) {
    Child child = anyClient();
    if (child == null) {
      return List.of();
    }
    List<Proc> tree = picture.tree(child.pid());
    List<Proc> found = new ArrayList<>(tree.stream().filter(p -> p.pid() == child.pid()).toList());
    List<Proc> companions = one(tree.stream().filter(p -> p.role() == with).toList());
    if (found.isEmpty() || (with != null && companions.isEmpty())) {
      return List.of();
    }
    found.addAll(companions);
    slots.harm(child);
    return found;
  }

  private List<Proc> tree(TortureProcesses picture) {
    Child child = anyClient();
    if (child == null) {
      return List.of();
    }
    slots.harm(child);
    return picture.tree(child.pid());
  }

  private void harm(Kind kind, List<Proc> victims) throws Exception {
    for (Proc victim : victims) {
      slots.harm(victim.round());
    }
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal(kind), "--"));
    victims.forEach(victim -> command.add(Long.toString(victim.pid())));
    if (!kind.kills() && kind != Kind.TERM_CLIENT) {
      int millis = stopMillis();
      slots.noteStop();
      victims.forEach(victim -> stopped.put(victim.pid(), System.nanoTime() + millis * 1_000_000L));
      note(kind, millis + " ms: " + describe(victims));
    } else {
      Thread.sleep(random.nextInt(6));
      note(kind, describe(victims));
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
    return random.nextInt(100) < 70 ? 20 + random.nextInt(900) : 2_100 + random.nextInt(2_500);
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

  private static String describe(List<Proc> victims) {
    StringBuilder out = new StringBuilder();
    for (Proc victim : victims) {
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

  int kills() {
    return counts().entrySet().stream()
        .filter(entry -> entry.getKey().kills())
        .mapToInt(Map.Entry::getValue)
        .sum();
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
