package dev.lockbroker.it;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The eight clients, each started again when its process has ended: four of the command line, two
 * programs whose children work, two programs with heartbeats. A thread for each; thread-safe.
 */
final class TortureSlots {
  static final List<String> CLI = List.of("c0", "c1", "c2", "c3");
  static final List<String> PROGRAMS = List.of("s0", "s1", "l0", "l1");

  private static final int NO_BROKER = 69;
  private static final int NOT_ACQUIRED = 75;
  private static final int INTERNAL = 70;
  private static final int OK = 0;

  /** What lockctl says of it: on a busy machine two seconds are soon over. */
  private static final String LAPSED = "its time ran out";

  private final Sandbox box;
  private final TortureField field;
  private final Map<String, Child> living = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> finished = new ConcurrentHashMap<>();
  private final Map<String, Integer> exits = new TreeMap<>();
  private final Set<String> harmed = ConcurrentHashMap.newKeySet();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;
  private volatile long lastStopNanos = System.nanoTime() - Long.MAX_VALUE / 2;

  TortureSlots(Sandbox box, TortureField field) {
    this.box = box;
    this.field = field;
  }

  void start(Random random) {
    for (String slot : CLI) {
      Random own = new Random(random.nextLong());
      start(slot, () -> commands(slot, own));
    }
    for (String slot : PROGRAMS) {
      Random own = new Random(random.nextLong());
      start(slot, () -> programs(slot, own));
    }
  }

  private interface Loop {
    void run() throws Exception;
  }

  private void start(String slot, Loop loop) {
    finished.put(slot, new AtomicInteger());
    Thread thread =
        new Thread(
            () -> {
              try {
                loop.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (Exception | AssertionError e) {
                violations.add("the harness of " + slot + ": " + e);
              }
            },
            "slot " + slot);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private static String mode(Random random) {
    int dice = random.nextInt(100);
    return dice < 40 ? "broker" : dice < 80 ? "direct" : "auto";
  }

  private void commands(String slot, Random random) throws Exception {
    for (int n = 0; !stopping; n++) {
      TortureRound round = TortureRound.random(random, slot, slot + ".0." + n);
      String mode = mode(random);
      Command command =
          equipped(
                  box.lockctl(
                      field.tree(round.tree()),
                      round.lockctl(field.folder()).toArray(new String[0])))
              .mode(mode)
              .env("TORTURE_ROUND", round.id())
              .env("TORTURE_HOOK", round.hook());
      Child child = (random.nextBoolean() ? command.ownGroup() : command).start();
      living.put(slot, child);
      int exit = child.awaitExit();
      living.remove(slot);
      judge(round, mode, exit, child);
      box.forget(child);
      if (exit == NO_BROKER) {
        Thread.sleep(300);
      }
    }
  }

  private Command equipped(Command command) {
    return command.env("TORTURE", field.folder());
  }

  private void judge(TortureRound round, String mode, int exit, Child child) {
    String why;
    if (exit == NOT_ACQUIRED) {
      refused.add(round.id());
    }
    if (exit == OK) {
      AtomicInteger count = finished.get(round.slot());
      if (count != null) {
        count.incrementAndGet();
      }
      if (!round.reads()) {
        acknowledged.add(round.id());
      }
      why = "0";
    } else if (exit == INTERNAL) {
      why = violation(round, exit, child);
    } else if (harmed.contains(round.id())) {
      why = "killed";
    } else if (exit == NO_BROKER && mode.equals("broker")) {
      why = "no broker";
    } else if (exit == NOT_ACQUIRED && round.waitMillis() > 0) {
      why = "waited long enough";
    } else if (exit == NOT_ACQUIRED && round.lapsesSoon() && child.err().contains(LAPSED)) {
      why = "lapsed before its command had started";
    } else if (exit == NOT_ACQUIRED && System.nanoTime() - lastStopNanos < 20_000_000_000L) {
      why = "stopped or hindered by somebody stopped";
    } else {
      why = violation(round, exit, child);
    }
    synchronized (exits) {
      exits.merge(why, 1, Integer::sum);
    }
  }

  private String violation(TortureRound round, int exit, Child child) {
    violations.add(
        round
            + " ended with "
            + exit
            + " though nobody harmed it: "
            + child.err().strip()
            + " "
            + field.gitErrors(round.id()));
    return "violation";
  }

  private void programs(String slot, Random random) throws Exception {
    for (int life = 0; !stopping; life++) {
      Command command =
          equipped(
                  box.java(
                      TortureProgram.class,
                      slot.startsWith("s") ? "workers" : "heartbeats",
                      slot,
                      life,
                      random.nextLong(),
                      field.folder(),
                      field.repo().path()))
              .mode(mode(random));
      Child child = (random.nextBoolean() ? command.ownGroup() : command).start();
      living.put(slot, child);
      int exit = child.awaitExit();
      living.remove(slot);
      if (exit != OK && !harmed.contains(name(child))) {
        violations.add("program " + slot + " ended with " + exit + ": " + child.err());
      }
      box.forget(child);
    }
  }

  private static String name(Child child) {
    return "pid " + child.pid();
  }

  /** The process of a slot, if there is one now. */
  @Nullable Child living(String slot) {
    return living.get(slot);
  }

  /** Says, before it is done, that something will happen to this round of a client. */
  void harm(String round) {
    harmed.add(round);
  }

  void harm(Child child) {
    harmed.add(name(child));
  }

  /** Says that something is stopped now. */
  void noteStop() {
    lastStopNanos = System.nanoTime();
  }

  Set<String> harmed() {
    return new HashSet<>(harmed);
  }

  /** Commits whose lockctl has ended with 0. */
  Set<String> acknowledged() {
    return acknowledged;
  }

  /** Rounds of which lockctl said that it had not got the lock. */
  Set<String> refused() {
    return refused;
  }

  List<String> violations() {
    return violations;
  }

  /** Rounds of the command line that ended with 0. */
  int finished(String slot) {
    AtomicInteger count = finished.get(slot);
    return count == null ? 0 : count.get();
  }

  /** How the command line ended, by reason. */
  Map<String, Integer> exits() {
    synchronized (exits) {
      return new TreeMap<>(exits);
    }
  }

  /** No process is started again; programs are told to end after their round. */
  void stop() throws Exception {
    stopping = true;
    java.nio.file.Files.createFile(field.stop());
  }

  /** After a failure: nothing new is started. */
  void abandon() {
    stopping = true;
    threads.forEach(Thread::interrupt);
  }

  boolean haveEnded() {
    return threads.stream().noneMatch(Thread::isAlive);
  }
}
