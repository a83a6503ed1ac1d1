package dev.lockbroker.core.table;

import static dev.lockbroker.core.table.Samples.MS;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A world in one state: the table, the oracle beside it, the clock, and the clients' beliefs. */
final class Sim implements Oracle.Facts {
  /** What can happen next. */
  record Step(Kind kind, int client) {
    @Override
    public String toString() {
      return kind + (client < 0 ? "" : " " + client);
    }
  }

  enum Kind {
    ASK,
    REFRESH,
    STALE_REFRESH,
    END,
    DEQUEUE,
    FORCE,
    WRONG_FORCE,
    CLIENT_DIES,
    WORKER_STARTS,
    WORKER_ENDS,
    TICK,
    NOTHING_BUT_A_TRANSACTION,
    COMPACT
  }

  private static final class Client {
    int life;
    boolean alive = true;
    boolean asked;
    boolean worker;
    boolean hadWorker;
    boolean told;
    long ticket;
    long token;
    long until;

    Client copy() {
      Client copy = new Client();
      copy.life = life;
      copy.alive = alive;
      copy.asked = asked;
      copy.worker = worker;
      copy.hadWorker = hadWorker;
      copy.told = told;
      copy.ticket = ticket;
      copy.token = token;
      copy.until = until;
      return copy;
    }

    void nextLife() {
      life++;
      asked = false;
      hadWorker = false;
      told = false;
      ticket = 0;
    }
  }

  private final World world;
  private final Rules rules;
  private final Client[] clients;
  private final @Nullable Sim before;
  private final @Nullable Step last;
  private Oracle oracle = new Oracle();
  private LockTable table;
  private int ticks;

  Sim(World world, Rules rules) {
    this.world = world;
    this.rules = rules;
    this.before = null;
    this.last = null;
    this.table = new LockTable(0);
    this.clients = new Client[world.clients().size()];
    for (int i = 0; i < clients.length; i++) {
      clients[i] = new Client();
    }
  }

  /** The state after one more step, whose table is restored from the carry-over of this one. */
  private Sim(Sim from, Step step) {
    world = from.world;
    rules = from.rules;
    before = from;
    last = step;
    ticks = from.ticks;
    oracle = from.oracle.copy();
    table = rules.restored(from.table.counter(), from.table.carryOver());
    clients = new Client[from.clients.length];
    for (int i = 0; i < clients.length; i++) {
      clients[i] = from.clients[i].copy();
    }
  }

  Sim after(Step step) {
    Sim next = new Sim(this, step);
    next.run(step);
    return next;
  }

  String history() {
    return before == null ? "" : before.history() + "\n  " + last;
  }

  @Override
  public long now() {
    return world.start() + ticks * MS;
  }

  @Override
  public boolean clientDead(String request) {
    return !clients[ownerOf(request)].alive;
  }

  @Override
  public boolean workerAlive(String request) {
    Client owner = clients[ownerOf(request)];
    return owner.worker && id(ownerOf(request)).hex().equals(request);
  }

  private int ownerOf(String request) {
    return Integer.parseInt(request.substring(16), 16) / 1000;
  }

  private RequestId id(int client) {
    return Samples.id(client * 1000 + clients[client].life);
  }

  List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < clients.length; i++) {
      addSteps(steps, i, clients[i]);
    }
    if (ticks < world.ticks()) {
      steps.add(new Step(Kind.TICK, -1));
    }
    steps.add(new Step(Kind.NOTHING_BUT_A_TRANSACTION, -1));
    return steps;
  }

  private void addSteps(List<Step> steps, int i, Client client) {
    boolean present = oracle.rowOf(id(i).hex()) != null;
    if (client.alive && client.life < world.lives()) {
      steps.add(new Step(Kind.ASK, i));
      if (client.told) {
        steps.add(new Step(Kind.REFRESH, i));
        steps.add(new Step(Kind.STALE_REFRESH, i));
      }
      if (client.asked) {
        steps.add(new Step(Kind.END, i));
        steps.add(new Step(Kind.DEQUEUE, i));
      }
      steps.add(new Step(Kind.CLIENT_DIES, i));
    }
    if (present) {
      steps.add(new Step(Kind.FORCE, i));
      steps.add(new Step(Kind.WRONG_FORCE, i));
    }
    boolean mayStart = world.clients().get(i).kind() == LeaseKind.RUN && client.told && present;
    if (mayStart && !client.hadWorker) {
      steps.add(new Step(Kind.WORKER_STARTS, i));
    }
    if (client.worker) {
      steps.add(new Step(Kind.WORKER_ENDS, i));
    }
  }

  private void run(Step step) {
    int i = step.client();
    switch (step.kind()) {
      case ASK -> ask(i);
      case REFRESH -> refresh(i, clients[i].token);
      case STALE_REFRESH -> refresh(i, clients[i].token - 1);
      case END -> end(i);
      case DEQUEUE -> dequeue(i);
      case FORCE -> force(i, 0);
      case WRONG_FORCE -> force(i, 1);
      case CLIENT_DIES -> {
        clients[i].alive = false;
        clients[i].told = false;
      }
      case WORKER_STARTS -> {
        clients[i].worker = true;
        clients[i].hadWorker = true;
      }
      case WORKER_ENDS -> clients[i].worker = false;
      case TICK -> ticks++;
      case NOTHING_BUT_A_TRANSACTION -> transact(null);
      case COMPACT -> {
        table = rules.restored(table.counter() + 1000, table.carryOver());
        oracle.highest = Math.max(oracle.highest, table.counter());
      }
    }
    judgeBeliefs();
  }

  private void ask(int i) {
    Client client = clients[i];
    World.Wish wish = world.clients().get(i);
    Command.Request request =
        new Command.Request(
            id(i),
            wish.parsed(),
            Samples.client(i),
            wish.ttlMillis(),
            wish.kind(),
            "",
            client.told,
            wish.onlyIfFree() && !client.asked);
    Decision decision = transact(request);
    client.asked |= decision.refusal() == null;
    Ticket ticket = table.ticket(request.id());
    if (decision.refusal() == Refusal.LOST) {
      client.nextLife();
    } else if (ticket != null) {
      client.ticket = ticket.number();
      believe(client, ticket);
    }
  }

  private static void believe(Client client, Ticket ticket) {
    Ticket.@Nullable Hold hold = ticket.hold();
    if (hold != null) {
      client.told = true;
      client.token = hold.token();
      client.until = hold.untilNanos();
    }
  }

  private void refresh(int i, long token) {
    Client client = clients[i];
    Decision decision = transact(new Command.Refresh(client.ticket, token));
    Ticket ticket = table.ticket(client.ticket);
    if (decision.refusal() == Refusal.LOST) {
      client.nextLife();
    } else if (decision.refusal() == null && ticket != null) {
      believe(client, ticket);
    }
  }

  private void end(int i) {
    Client client = clients[i];
    Ticket ticket = table.ticket(client.ticket);
    if (ticket != null && !rules.mayRelease(ticket, client.worker)) {
      return;
    }
    EndReason reason = client.told ? EndReason.RELEASED : EndReason.CANCELLED;
    transact(new Command.End(client.ticket, reason));
    client.nextLife();
  }

  /** A broker that has not read on yet thinks that it still waits. */
  private void dequeue(int i) {
    transact(new Command.Dequeue(clients[i].ticket));
    if (table.ticket(clients[i].ticket) == null) {
      clients[i].nextLife();
    }
  }

  private void force(int i, long off) {
    Oracle.Row row = oracle.rowOf(id(i).hex());
    if (row == null) {
      return;
    }
    Decision decision = transact(new Command.Force(row.number, (row.held ? row.token : 0) + off));
    if (decision.refusal() == null) {
      // The operator answers for what its holder still believes.
      clients[i].nextLife();
      clients[i].worker = false;
    }
  }

  private Decision transact(@Nullable Command command) {
    List<Claims> asked = new ArrayList<>();
    if (command instanceof Command.Request request && table.ticket(request.id()) == null) {
      asked.add(request.claims());
    }
    for (Ticket lease : rules.obstacles(table, asked)) {
      String request = lease.request().hex();
      EndReason reason = rules.reap(lease, now(), clientDead(request), workerAlive(request));
      boolean refreshed =
          command instanceof Command.Refresh refresh && refresh.ticket() == lease.number();
      if (reason != null && !refreshed) {
        write(new Entry.Ended(lease.number(), reason), null);
      }
    }
    for (Ticket waiter : List.copyOf(table.waiting())) {
      if (rules.mayEndWaiter(clientDead(waiter.request().hex()))) {
        write(new Entry.Ended(waiter.number(), EndReason.DIED), null);
      }
    }
    Decision decision = Decision.NOTHING;
    if (command != null) {
      decision = rules.decide(table, command, now());
      oracle.judge(command, decision, this);
      for (Entry entry : decision.entries()) {
        write(entry, command);
      }
    }
    for (Ticket ticket : rules.grantable(table)) {
      write(rules.grant(table, ticket, now()), null);
    }
    boolean spared = command instanceof Command.Refresh;
    if (spared) {
      oracle.judgeFold(table);
    } else {
      oracle.judgeState(table, this);
    }
    return decision;
  }

  private void write(Entry entry, @Nullable Command cause) {
    for (Entry written : rules.written(table, entry)) {
      oracle.see(written, cause, this);
      rules.apply(table, written);
    }
  }

  private void judgeBeliefs() {
    for (int i = 0; i < clients.length; i++) {
      if (believes(i)) {
        Oracle.Row row = oracle.rowOf(id(i).hex());
        LawBroken.unless(
            row != null && row.held && row.until - clients[i].until >= 0,
            Law.BELIEF_IS_IN_THE_TABLE,
            "client " + i + " believes without a lease");
        for (int j = 0; j < i; j++) {
          String mine = world.clients().get(i).claims();
          boolean both = believes(j) && BruteForce.conflict(mine, world.clients().get(j).claims());
          LawBroken.unless(!both, Law.BELIEF_IS_IN_THE_TABLE, i + " and " + j + " both believe");
        }
      }
    }
  }

  private boolean believes(int i) {
    return clients[i].told && now() - clients[i].until < 0;
  }

  /** Equal for states from which the same can happen. */
  String key() {
    StringBuilder key = new StringBuilder(64);
    key.append(ticks);
    for (int i = 0; i < clients.length; i++) {
      Client client = clients[i];
      key.append('|').append(client.life);
      key.append(client.alive ? 'a' : 'd').append(client.asked ? 'q' : '-');
      key.append(client.worker ? 'w' : '-').append(client.hadWorker ? 'h' : '-');
      if (client.told) {
        key.append('t').append(Math.max(0, client.until - now()) / MS);
        Oracle.Row row = oracle.row(client.ticket);
        key.append(row != null && row.token == client.token);
      }
      key.append(oracle.row(client.ticket) != null ? 'k' : '-');
    }
    for (Oracle.Row row : oracle.rows) {
      key.append(';').append(row.request.substring(20)).append(row.held ? 'H' : 'W');
      if (row.held) {
        key.append(Math.max(0, row.until - now()) / MS);
      }
    }
    return key.toString();
  }
}
