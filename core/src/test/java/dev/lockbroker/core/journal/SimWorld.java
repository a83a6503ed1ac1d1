package dev.lockbroker.core.journal;

import dev.lockbroker.core.journal.JournalException.Fault;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.Verdict;
import dev.lockbroker.core.table.RequestId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run: a machine with its disk, clocks and processes, and who acts on it. A seed decides all of
 * it, at every step: who goes on, what breaks, how time passes.
 */
final class SimWorld {
  private static final long POINT_NANOS = 10_000;
  private static final int MOST_POINTS = 2_000_000;
  private static final int MOST_ROUNDS = 600;
  private static final long ROUND_NANOS = 150_000_000;
  private static final Path PLACE = Path.of("/").resolve(SimDisk.PLACE);

  final SimRandom random;
  final SimPlan plan;
  final SimRules rules;
  final SimFigures figures = new SimFigures();
  final SimWishes wishes = new SimWishes();
  final SimDisk disk;
  final SimOracle oracle;
  final List<SimProcess> processes = new ArrayList<>();
  final List<SimActor> actors = new ArrayList<>();

  String bootId = "00000000-0000-0000-0000-000000000001";
  long now = 500_000_000_000L;
  long bootSeconds = 1_795_000_000L;
  private long wallMinusNow = 1_795_000_000_000_000_000L;
  long meddlings;

  /** A copy of the directory stands in its place: one ticket may live twice. */
  boolean forked;

  long lastDoubt = -1;

  private final SimStage stage;
  private final SimLaws laws = new SimLaws(this);
  private final @Nullable List<String> trace;
  private final Map<String, SimClient> owners = new HashMap<>();
  private final Map<SimProcess, SimActor> programs = new HashMap<>();
  private Phase phase = Phase.FAULTS;
  private int steps;
  private int countdown;
  private int points;
  private int cursor;
  private int rounds;
  private long starts;
  private long requests;
  private int births;
  private @Nullable SimClient last;

  private enum Phase {
    FAULTS,
    SETTLING,
    ENDING,
    OVER
  }

  SimWorld(
      SimStage stage,
      SimPlan plan,
      SimRandom random,
      SimRules rules,
      @Nullable List<String> trace) {
    this.stage = stage;
    this.plan = plan;
    this.random = random;
    this.rules = rules;
    this.trace = trace;
    this.disk = new SimDisk(this);
    this.oracle = new SimOracle(this);
    disk.top.clear();
    for (int i = 0; i < plan.clients(); i++) {
      newClient();
    }
    for (int i = 0; i < plan.brokers(); i++) {
      newBroker();
    }
    if (plan.admin() || plan.meddling()) {
      SimProcess admin = newProcess("admin", null, null);
      add(admin, new SimAdmin(this, admin));
    }
    if (random.oneIn(2)) {
      SimProcess reader = newProcess("reader", null, null);
      add(reader, new SimReader(this, reader));
    }
    countdown = nextDisturbance();
  }

  // Making things.

  Arbiter arbiter(SimProcess process) {
    SimMachine machine = new SimMachine(process);
    int saved = countdown;
    countdown = Integer.MAX_VALUE; // it is not yet anybody's program
    Arbiter made =
        new Arbiter(PLACE, new SimDirectory(process), machine, machine, machine, Aftermath.NONE);
    countdown = saved;
    return made;
  }

  private SimProcess newProcess(String name, @Nullable SimProcess parent, @Nullable String tag) {
    long pid = 2;
    while (isTaken(pid)) {
      pid++; // pids are used again as soon as they can be
    }
    SimProcess process = new SimProcess(this, name, pid, ++starts, parent, tag);
    processes.add(process);
    return process;
  }

  private boolean isTaken(long pid) {
    for (SimProcess process : processes) {
      if (process.pid == pid && process.state != SimProcess.State.GONE) {
        return true;
      }
    }
    return false;
  }

  private void add(SimProcess process, SimActor actor) {
    actors.add(actor);
    programs.put(process, actor);
  }

  private SimClient newClient() {
    SimProcess process = newProcess("client", null, null);
    process.visible = !random.oneIn(20);
    SimClient client = new SimClient(this, process);
    add(process, client);
    return client;
  }

  private void newBroker() {
    SimProcess process = newProcess("broker", null, null);
    process.isBroker = true;
    add(process, new SimBroker(this, process));
  }

  SimWorker start(SimClient client) {
    SimProcess process = newProcess("worker", client.process, client.request().hex());
    SimWorker worker = new SimWorker(this, process, client, false);
    add(process, worker);
    trace("%s starts %s for %d", client.process, process, client.ticket());
    return worker;
  }

  /** A hook, or a daemon that leaves the session. */
  void startHeir(SimClient client, SimProcess parent) {
    if (births++ < 6) {
      SimProcess process = newProcess("heir", parent, client.request().hex());
      if (random.oneIn(3)) {
        process.session = process.pid + 100_000;
      }
      add(process, new SimWorker(this, process, client, true));
      figures.heirs++;
      trace("%s starts %s in session %d", parent, process, process.session);
    }
  }

  RequestId newRequest(SimClient owner) {
    RequestId id = new RequestId(Hex.of(++requests, RequestId.LENGTH));
    owners.put(id.hex(), owner);
    return id;
  }

  SimClient owner(String request) {
    SimClient owner = owners.get(request);
    if (owner == null) {
      throw SimOracle.broken(SimLaw.NO_FALSE_ALARM, "nobody asked for " + request);
    }
    return owner;
  }

  @Nullable SimBroker anyBroker() {
    List<SimBroker> alive = new ArrayList<>();
    for (SimActor actor : actors) {
      if (actor instanceof SimBroker broker && !broker.process.isDead()) {
        alive.add(broker);
      }
    }
    return alive.isEmpty() ? null : random.pick(alive);
  }

  String hex(int digits) {
    StringBuilder out = new StringBuilder(digits);
    while (out.length() < digits) {
      out.append(Hex.of(random.next(), 16));
    }
    return out.substring(0, digits);
  }

  long patience() {
    return random.oneIn(4) ? 3_000_000 : 0;
  }

  long wallNanos() {
    return now + wallMinusNow;
  }

  void trace(String format, @Nullable Object... words) {
    if (trace != null) {
      trace.add(
          String.format(Locale.ROOT, "%4d %10.3f ms  ", steps, (now - 500_000_000_000L) / 1e6)
              + String.format(Locale.ROOT, format, words));
    }
  }

  // What may happen between any two operations.

  void point(SimProcess process) {
    if (process.isDead()) {
      throw new SimProcess.Killed();
    }
    now += POINT_NANOS;
    figures.points++;
    if (++points > MOST_POINTS) {
      throw SimOracle.broken(SimLaw.I5_EVERY_WAITER_IS_SERVED, "it goes on for ever");
    }
    if (--countdown <= 0 && phase == Phase.FAULTS) {
      countdown = nextDisturbance();
      disturb(process);
    }
  }

  private int nextDisturbance() {
    return 1 + random.below(2 * plan.disturbance());
  }

  private void disturb(SimProcess process) {
    int choice = random.below(100);
    if (choice < plan.violence()) {
      figures.killsInside++;
      kill(process, "inside");
      throw new SimProcess.Killed();
    }
    if (choice < 2 * plan.violence()) {
      stop(process);
    } else if (choice > 90) {
      leap();
    }
    suspend(process);
  }

  private void suspend(SimProcess process) {
    SimActor actor = programs.get(process);
    if (actor != null) {
      figures.switches++;
      stage.suspend(actor);
    }
    if (process.isDead()) {
      throw new SimProcess.Killed();
    }
  }

  /** Waits for a busy guard. */
  void pause(SimProcess process, long mostNanos) {
    now += mostNanos;
    if (process.isDead()) {
      throw new SimProcess.Killed();
    }
    suspend(process);
  }

  /** Whether an operation of the file system fails. */
  boolean fails() {
    boolean fails = plan.ioErrors() && phase == Phase.FAULTS && random.oneIn(400);
    if (fails) {
      figures.failedOperations++;
    }
    return fails;
  }

  /** How much of a write is done before it is interrupted; all of it if it is not. */
  int tearAt(int length) {
    return phase == Phase.FAULTS && random.oneIn(plan.tear()) ? random.below(length) : length;
  }

  /** In the middle of a write. */
  void interruptWrite(SimProcess process) {
    if (random.oneIn(2) && plan.violence() > 0) {
      figures.tornWrites++;
      kill(process, "writing");
      throw new SimProcess.Killed();
    }
    figures.splitWrites++;
    suspend(process);
  }

  Verdict judge(ProcessIdentity identity) {
    for (SimProcess process : processes) {
      if (process.identity().equals(identity)) {
        if (rules.has(SimFault.LIVE_JUDGED_DEAD) && random.oneIn(10)) {
          return Verdict.DEAD;
        }
        if (!process.visible || (phase == Phase.FAULTS && random.oneIn(50))) {
          lastDoubt = now;
          return Verdict.UNKNOWN;
        }
        boolean dead =
            rules.has(SimFault.DEAD_JUDGED_ALIVE)
                ? process.state == SimProcess.State.GONE && isNew(process.pid)
                : process.isDead();
        return dead ? Verdict.DEAD : Verdict.ALIVE;
      }
    }
    return Verdict.DEAD;
  }

  private boolean isNew(long pid) {
    return !isTaken(pid);
  }

  /** What a client, broker or administrator could not do; it will try again. */
  void trouble(SimProcess process, JournalException trouble) {
    trace("%s: %s %s", process, trouble.fault(), trouble.getMessage());
    boolean alarm =
        switch (trouble.fault()) {
          case CORRUPT, NEWER_FORMAT, NOT_LOCAL, OTHER_CLOCK, HOSTILE -> true;
          default -> false;
        };
    oracle.law(!alarm, SimLaw.NO_FALSE_ALARM, () -> trouble.fault() + " " + trouble.getMessage());
    if (trouble.fault() == Fault.GUARD_BUSY) {
      now += 1_000_000;
    }
  }

  // The end of processes.

  void kill(SimProcess process, String where) {
    if (!process.isDead()) {
      figures.kills++;
      process.wasKilled = true;
      trace("kill -9 %s %s", process, where);
      end(process);
    }
  }

  /** An end of its own. */
  void exit(SimProcess process) {
    trace("%s exits", process);
    end(process);
  }

  private void end(SimProcess process) {
    boolean awaited = process.parent != null && !process.parent.isDead();
    process.state = awaited ? SimProcess.State.ZOMBIE : SimProcess.State.GONE;
    process.endedAt = now;
    SimDisk.Node guard = process.locks;
    if (guard != null && guard.locked == process) {
      guard.locked = null;
    }
    for (SimProcess child : processes) {
      if (child.parent == process && child.state == SimProcess.State.ZOMBIE) {
        child.state = SimProcess.State.GONE;
      }
      if (child.parent == process && !child.isDead()) {
        figures.orphans++;
      }
    }
  }

  private void stop(SimProcess process) {
    if (process.state == SimProcess.State.RUNNING) {
      figures.stops++;
      process.state = SimProcess.State.STOPPED;
      trace("stop %s", process);
    }
  }

  private void leap() {
    now += random.pick(5, 50, 150, 600, 1500, 3500, 6000, 12_000) * FakeHost.MS;
    figures.leaps++;
    trace("time passes");
  }

  private void reboot() {
    trace("reboot");
    figures.reboots++;
    for (SimProcess process : processes) {
      if (!process.isDead()) {
        end(process);
      }
      process.state = SimProcess.State.GONE;
    }
    disk.losePower(random);
    bootId = "00000000-0000-0000-0000-" + Hex.of(figures.reboots + 1, 12);
    long wall = wallNanos() + 30_000_000_000L;
    now = 10_000_000_000L + random.below(100) * 1_000_000_000L;
    wallMinusNow = wall - now;
    bootSeconds = wall / 1_000_000_000L - 5;
    oracle.changed(null);
    meddlings++;
    for (int i = 0; i < plan.clients(); i++) {
      newClient();
    }
  }

  // Scheduling.

  boolean isSettling() {
    return phase != Phase.FAULTS;
  }

  boolean isOver() {
    return phase == Phase.OVER;
  }

  void abort() {
    phase = Phase.ENDING;
  }

  /** One step of the scheduler; nothing may follow the resumption of an actor in here. */
  void turn() {
    switch (phase) {
      case FAULTS -> {
        laws.check();
        if (steps++ >= plan.steps()) {
          beginToSettle();
        } else {
          figures.steps++;
          choose();
        }
      }
      case SETTLING -> {
        laws.check();
        settle();
      }
      case ENDING -> unwind();
      case OVER -> {}
    }
  }

  private void choose() {
    int choice = random.below(100);
    if (choice < 12) {
      leap();
    } else if (choice < 12 + plan.violence()) {
      harm();
    } else if (choice < 16 + plan.violence()) {
      mend();
    } else {
      List<SimActor> ready = new ArrayList<>();
      for (SimActor actor : actors) {
        if (actor.canRun()) {
          ready.add(actor);
        }
      }
      if (!ready.isEmpty()) {
        act(random.pick(ready));
      }
    }
  }

  private void act(SimActor actor) {
    if (actor.suspendedOn != null) {
      stage.resume(actor);
    } else {
      actor.step();
    }
  }

  private void harm() {
    if (plan.reboots() && random.oneIn(8) && figures.reboots < 2) {
      reboot();
      return;
    }
    if (plan.fullDisks() && random.oneIn(4)) {
      disk.full = !disk.full;
      trace("disk full: %s", disk.full);
      return;
    }
    SimProcess process = random.pick(processes);
    if (process.isDead()) {
      return;
    }
    if (random.oneIn(2)) {
      kill(process, "");
    } else {
      stop(process);
    }
  }

  private void mend() {
    for (SimProcess process : processes) {
      if (process.state == SimProcess.State.STOPPED && random.oneIn(2)) {
        process.state = SimProcess.State.RUNNING;
        trace("continue %s", process);
      }
    }
    disk.full &= random.oneIn(2);
    int clients = 0;
    int brokers = 0;
    for (SimActor actor : actors) {
      if (!actor.process.isDead()) {
        clients += actor instanceof SimClient ? 1 : 0;
        brokers += actor instanceof SimBroker ? 1 : 0;
      }
    }
    if (clients < plan.clients()) {
      newClient();
    }
    if (brokers < plan.brokers()) {
      newBroker();
    }
  }

  // The end: no more faults, and everybody must come to an end.

  private void beginToSettle() {
    trace("no more faults");
    phase = Phase.SETTLING;
    disk.full = false;
    for (SimProcess process : processes) {
      process.visible = true;
      if (process.state == SimProcess.State.STOPPED) {
        boolean stays =
            process.locks == null && programs.get(process) instanceof SimBroker && random.oneIn(2);
        if (stays) {
          figures.frozen++;
          trace("%s stays stopped", process);
        } else {
          process.state = SimProcess.State.RUNNING;
        }
      }
    }
    cursor = 0;
  }

  private void settle() {
    if (cursor < actors.size()) {
      SimActor actor = actors.get(cursor++);
      if (actor.canRun()) {
        act(actor);
      }
      return;
    }
    cursor = 0;
    now += ROUND_NANOS;
    rounds++;
    if (isQuiet()) {
      if (last == null) {
        last = newClient();
        last.process.visible = true;
        last.want("X:/");
      } else {
        laws.checkEmpty();
        phase = Phase.ENDING;
      }
    } else if (rounds > MOST_ROUNDS) {
      throw SimOracle.broken(SimLaw.I5_EVERY_WAITER_IS_SERVED, laws.whoIsLeft());
    }
  }

  private boolean isQuiet() {
    for (SimActor actor : actors) {
      if (actor.canRun() && (actor.suspendedOn != null || !actor.isDone())) {
        return false;
      }
      if (actor.canRun() && actor instanceof SimWorker) {
        return false;
      }
    }
    return true;
  }

  private void unwind() {
    for (SimActor actor : actors) {
      if (actor.suspendedOn != null) {
        actor.process.state = SimProcess.State.GONE;
        stage.resume(actor);
        return;
      }
    }
    phase = Phase.OVER;
  }

  // What the oracle and the laws ask.

  boolean executes(long ticket) {
    for (SimActor actor : actors) {
      if (actor instanceof SimWorker worker
          && worker.ticket() == ticket
          && !worker.isHeir()
          && worker.executes()) {
        return true;
      }
    }
    return false;
  }

  /** Whether what a command started still runs in its session. */
  boolean hasHeirs(SimTicket ticket) {
    long session = ticket.owner.process.session;
    for (SimActor actor : actors) {
      if (actor instanceof SimWorker worker
          && worker.ticket() == ticket.number
          && worker.isHeir()
          && worker.executes()
          && worker.process.session == session) {
        return true;
      }
    }
    return false;
  }

  void checkOrder(SimTicket granted) {
    laws.checkOrder(granted);
  }

  void checkTold(SimClient client, long until) {
    oracle.law(
        phase == Phase.ENDING || oracle.wasWritten(client.ticket(), client.token(), until),
        SimLaw.V6_TOLD_IS_WRITTEN,
        () -> client.process + " is told of " + client.ticket() + " until " + until);
  }

  List<String> lines() {
    return trace == null ? List.of() : trace;
  }

  String journalText() {
    SimDisk.Node journal = disk.journal();
    return journal == null ? "(no journal)" : journal.text();
  }
}
