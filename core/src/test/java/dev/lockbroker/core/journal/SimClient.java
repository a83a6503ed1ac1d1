package dev.lockbroker.core.journal;

import dev.lockbroker.core.journal.SimStream.Message;
import dev.lockbroker.core.journal.SimStream.Word;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client: one request after another, directly or by a broker, of either kind (C1 to C6). */
final class SimClient extends SimActor implements Party {
  enum State {
    IDLE,
    ASKING,
    WAITING,
    HELD,
    LEAVING,
    DONE
  }

  private static final int REQUESTS = 3;

  private final Arbiter arbiter;
  private final long ttlMillis;
  private int requests;
  private @Nullable SimStream stream;
  private @Nullable SimStream left;
  private boolean sent;
  private long unansweredSince = -1;

  State state = State.IDLE;
  private RequestId request;
  String claims = "X:/";
  private LeaseKind kind = LeaseKind.LEASE;
  private boolean impatient;
  private boolean mustResume;

  /** A broker that was left may still carry it out. */
  private boolean endUnderWay;

  private long ticket;
  private long token;
  private long until;
  private @Nullable SimWorker worker;

  /** The first ticket of what it wants now: its place in the queue; 0 for none. */
  private long place;

  SimClient(SimWorld world, SimProcess process) {
    super(world, process);
    this.arbiter = world.arbiter(process);
    this.ttlMillis = world.random.pick(3_000, 10_000, 10_000);
    this.request = world.newRequest(this);
  }

  @Override
  public boolean actsFor(Ticket other) {
    return other.request().equals(request);
  }

  @Override
  public boolean vouchesFor(ProcessIdentity other) {
    return other.equals(process.identity());
  }

  @Override
  boolean isDone() {
    return state == State.DONE;
  }

  // What the oracle asks.

  boolean believes() {
    return state == State.HELD
        && kind == LeaseKind.LEASE
        && !process.isDead()
        && until - world.now > 0;
  }

  boolean wants() {
    return (state == State.ASKING || state == State.WAITING) && !process.isDead();
  }

  /** Whether it was told that this request holds. */
  boolean knowsItHeld(String asked) {
    return token != 0 && asked.equals(request.hex());
  }

  RequestId request() {
    return request;
  }

  long ticket() {
    return ticket;
  }

  long token() {
    return token;
  }

  long until() {
    return until;
  }

  long place() {
    return place;
  }

  void joined(SimTicket joined) {
    if (place == 0 && joined.request.equals(request.hex())) {
      place = joined.number;
    }
  }

  void left(SimTicket gone) {
    if (gone.request.equals(request.hex())) {
      place = 0;
    }
  }

  // What it does.

  @Override
  void step() {
    try {
      if (state == State.IDLE) {
        begin();
      } else if (stream != null) {
        byBroker(stream);
      } else {
        directly();
      }
    } catch (JournalException e) {
      world.trouble(process, e);
    }
  }

  private void begin() {
    if (requests >= REQUESTS || world.isSettling()) {
      state = State.DONE;
      return;
    }
    requests++;
    request = world.newRequest(this);
    claims = world.random.pick(world.plan.claims());
    kind = world.random.percent(world.plan.runs()) ? LeaseKind.RUN : LeaseKind.LEASE;
    impatient = world.random.oneIn(12);
    ticket = 0;
    token = 0;
    until = 0;
    place = 0;
    worker = null;
    mustResume = false;
    endUnderWay = false;
    state = State.ASKING;
    if (world.random.percent(world.plan.streams())) {
      attach();
    }
  }

  /** For the last one of a world, that finds everything free in the end. */
  void want(String wanted) {
    requests = REQUESTS;
    claims = wanted;
    state = State.ASKING;
  }

  private void attach() {
    SimBroker broker = world.anyBroker();
    if (broker != null && !world.isSettling()) {
      stream = broker.connect(this);
      sent = false;
      unansweredSince = -1;
      world.trace("%s attaches to %s", process, broker.process);
    }
  }

  // Directly.

  private void directly() throws JournalException {
    SimStream former = left;
    if (former != null && world.rules.has(SimFault.LISTENS_TO_A_STREAM_IT_LEFT)) {
      hear(former);
    }
    switch (state) {
      case ASKING -> ask();
      case WAITING -> await();
      case HELD -> hold();
      case LEAVING -> end();
      default -> {}
    }
  }

  private Turn transact(Command command) throws JournalException {
    return arbiter.transact(List.of(command), this, world.patience());
  }

  private Command.Request asking() {
    boolean heldBefore = token != 0 && !world.rules.has(SimFault.ASKS_AGAIN_AFTER_IT_HELD);
    return Asks.request(
        request,
        Asks.claims(claims),
        process.identity(),
        ttlMillis,
        kind,
        heldBefore,
        impatient && token == 0);
  }

  private void ask() throws JournalException {
    Outcome outcome = transact(asking()).outcomes().get(0);
    mustResume = false;
    if (outcome instanceof Outcome.Held held) {
      granted(held.ticket());
    } else if (outcome instanceof Outcome.Waiting waiting && state == State.ASKING) {
      ticket = waiting.ticket().number();
      state = State.WAITING;
    } else if (outcome instanceof Outcome.Refused refused && refused.reason() == Refusal.BUSY) {
      over();
    } else {
      vanished(false);
    }
  }

  private void await() throws JournalException {
    int choice = world.random.below(20);
    if (choice < 8) {
      see(arbiter.look());
    } else if (choice < 11) {
      if (arbiter.isStuckBehindGone(this)) {
        see(arbiter.transact(List.of(), this, world.patience()));
      }
    } else if (choice < 18 || world.isSettling()) {
      see(arbiter.transact(List.of(), this, world.patience()));
    } else if (choice == 18) {
      leave();
    } else {
      attach();
    }
  }

  private void see(@Nullable Turn turn) {
    Ticket mine = arbiter.table().ticket(request);
    if (mine == null || (state == State.HELD && mine.number() != ticket)) {
      boolean forced = turn != null && wasForced(turn);
      if (turn != null || !world.rules.has(SimFault.RESUMES_WITHOUT_LOOKING)) {
        vanished(forced);
      }
    } else if (mine.isHeld()) {
      granted(mine);
    }
  }

  private boolean wasForced(Turn turn) {
    for (Entry entry : turn.news()) {
      if (entry instanceof Entry.Ended ended
          && ended.ticket() == ticket
          && ended.reason() == EndReason.FORCED) {
        return true;
      }
    }
    return false;
  }

  private void granted(Ticket lease) {
    Ticket.Hold hold = lease.requireHold();
    believe(lease.number(), hold.token(), hold.untilNanos());
  }

  private void believe(long number, long itsToken, long itsUntil) {
    if (state == State.HELD && (number != ticket || itsToken != token)) {
      vanished(false); // a stalled broker has asked once more for what had ended unnoticed
      return;
    }
    boolean same = number == ticket && itsToken == token;
    ticket = number;
    token = itsToken;
    if (!same || itsUntil - until > 0) {
      until = itsUntil;
    }
    if (state == State.ASKING || state == State.WAITING) {
      state = State.HELD;
      world.figures.grants++;
      world.trace("%s holds %d till %d", process, ticket, until);
    }
    if (world.rules.has(SimFault.COUNTS_TTL_FROM_RECEIPT)) {
      until = world.now + ttlMillis * FakeHost.MS;
    }
    world.checkTold(this, itsUntil);
  }

  private void vanished(boolean forced) {
    if (state == State.HELD) {
      world.figures.losses++;
      world.trace("%s has lost %d", process, ticket);
      over();
    } else if (state == State.LEAVING || forced) {
      over();
    } else {
      ticket = 0;
      state = State.ASKING;
      sent = false;
    }
  }

  private void hold() throws JournalException {
    if (mustResume && !world.rules.has(SimFault.RESUMES_WITHOUT_LOOKING)) {
      ask();
      return;
    }
    if (kind == LeaseKind.RUN) {
      supervise();
      return;
    }
    int choice = world.random.below(10);
    if (choice < 3) {
      see(arbiter.look());
    } else if (choice < 6 && !world.isSettling()) {
      refresh();
    } else if (choice < 8 || world.isSettling()) {
      leave();
    } else if (choice == 8) {
      attach();
    }
  }

  private void refresh() throws JournalException {
    world.wishes.refresh(ticket);
    Outcome outcome = transact(new Command.Refresh(ticket, token)).outcomes().get(0);
    if (outcome instanceof Outcome.Held held) {
      granted(held.ticket());
    } else {
      vanished(false);
    }
  }

  /** R3, R4, R5: the wrapper around a command. */
  private void supervise() throws JournalException {
    SimWorker running = worker;
    if (running == null) {
      if (until - world.now > 0) {
        worker = world.start(this);
        if (world.rules.has(SimFault.WRAPPER_REGISTERS_AFTER_THE_START)) {
          process.point();
          SimProcess child = worker.process;
          boolean unused =
              arbiter.register(new RunFolder(request, ticket), child.identity(), child.session);
        }
      } else {
        leave();
      }
      return;
    }
    if (running.process.isDead()) {
      running.process.state = SimProcess.State.GONE;
      leave();
    } else if (world.random.oneIn(6)) {
      leave(); // its own shutdown, while the command runs: refused
    } else if (stream == null) {
      see(arbiter.look());
    }
  }

  private void leave() throws JournalException {
    world.wishes.end(request.hex());
    if (endOfLease() == EndReason.DIED) {
      world.wishes.endAfterViolence(request.hex());
    }
    world.trace("%s wants to end %d", process, ticket);
    state = State.LEAVING;
    sent = false;
    if (stream == null) {
      end();
    }
  }

  private void end() throws JournalException {
    Turn seen = arbiter.look();
    Ticket mine = arbiter.table().ticket(request);
    if (mine == null) {
      if (seen != null || ticket == 0 || world.random.oneIn(2)) {
        over();
      }
      return;
    }
    EndReason reason = mine.isHeld() ? endOfLease() : EndReason.CANCELLED;
    Outcome outcome = transact(new Command.End(mine.number(), reason)).outcomes().get(0);
    if (outcome instanceof Outcome.Refused) {
      refusedToEnd();
    } else {
      over();
    }
  }

  /** R6: after a violent end of its command, what that has started keeps the lease. */
  private EndReason endOfLease() {
    SimWorker former = worker;
    return former != null && former.wasKilled() ? EndReason.DIED : EndReason.RELEASED;
  }

  private void refusedToEnd() {
    if (!endUnderWay) {
      world.wishes.keep(request.hex());
    }
    state = State.HELD;
  }

  private void over() {
    SimWorker running = worker;
    if (running != null) {
      running.terminate();
    }
    SimStream open = stream;
    if (open != null) {
      open.closedByClient = true;
      stream = null;
    }
    state = State.IDLE;
  }

  // By a broker.

  private void byBroker(SimStream open) throws JournalException {
    hear(open);
    if (stream != open || state == State.IDLE) {
      return;
    }
    boolean silent =
        unansweredSince >= 0 && world.now - unansweredSince > ttlMillis * FakeHost.MS / 3;
    if (silent) {
      world.figures.silences++;
    }
    boolean stays = world.rules.has(SimFault.NEVER_LEAVES_A_SILENT_BROKER);
    if (open.isBrokenForClient() || (silent && !stays)) {
      leaveStream(open);
      return;
    }
    if (kind == LeaseKind.RUN && state == State.HELD && sent) {
      supervise();
      return;
    }
    speak(open);
  }

  private void speak(SimStream open) throws JournalException {
    if (state == State.LEAVING) {
      if (!sent) {
        Word word = endOfLease() == EndReason.DIED ? Word.END_AFTER_VIOLENCE : Word.END;
        send(open, Message.of(word, request, ticket));
        sent = true;
        endUnderWay = true;
      } else if (world.random.oneIn(3)) {
        send(open, Message.of(Word.HEARTBEAT, request, 0)); // is anybody there?
      }
      return;
    }
    if (!sent) {
      send(open, new Message(Word.ACQUIRE, request, ticket, token, until, asking()));
      sent = true;
      return;
    }
    int choice = world.random.below(10);
    if (choice < 2) {
      send(open, Message.of(Word.HEARTBEAT, request, 0));
    } else if (state == State.HELD && choice < 5 && !world.isSettling()) {
      world.wishes.refresh(ticket);
      send(open, new Message(Word.HEARTBEAT, request, ticket, token, until, null));
    } else if ((state == State.HELD && choice < 7) || (choice == 7 && !world.isSettling())) {
      leave();
    } else if (choice == 8 && !world.isSettling()) {
      leaveStream(open);
    }
  }

  private void send(SimStream open, Message message) {
    process.point();
    open.toBroker.add(message);
    if (unansweredSince < 0) {
      unansweredSince = world.now;
    }
    world.trace("%s says %s %d", process, message.word(), message.ticket());
  }

  private void leaveStream(SimStream open) {
    world.trace("%s leaves the stream to %s", process, open.broker.process);
    world.figures.resumes++;
    open.closedByClient = true;
    left = open;
    stream = null;
    mustResume = state == State.HELD;
    if (state == State.WAITING) {
      state = State.ASKING;
    }
    if (state == State.ASKING && world.rules.has(SimFault.TAKES_A_NEW_REQUEST_WHEN_LEAVING)) {
      request = world.newRequest(this);
      ticket = 0;
    }
    if (mustResume && world.rules.has(SimFault.RESUMES_WITHOUT_LOOKING)) {
      until = world.now + ttlMillis * FakeHost.MS;
    }
  }

  private void hear(SimStream open) {
    while (!open.toClient.isEmpty()) {
      process.point();
      if (open.toClient.isEmpty()) {
        return;
      }
      Message message = open.toClient.remove();
      unansweredSince = -1;
      boolean meant =
          message.request().equals(request)
              || world.rules.has(SimFault.LISTENS_TO_A_STREAM_IT_LEFT);
      if (meant && state != State.IDLE) {
        hear(message);
      }
    }
  }

  private void hear(Message message) {
    world.trace("%s hears %s %d", process, message.word(), message.ticket());
    switch (message.word()) {
      case QUEUED -> {
        if (state == State.ASKING || state == State.WAITING) {
          ticket = message.ticket();
          state = State.WAITING;
        }
      }
      case GRANTED -> believeIfWanted(message);
      case ACKNOWLEDGED -> {
        if (message.ticket() != 0 && state == State.HELD) {
          believeIfWanted(message);
        }
      }
      case BUSY, RELEASED -> over();
      case LOST -> vanished(false);
      case FORCED -> vanished(true);
      case WORKER_ALIVE -> {
        if (state == State.LEAVING) {
          endUnderWay = false;
          refusedToEnd();
          sent = true;
        }
      }
      default -> throw new IllegalStateException("a broker does not say " + message.word());
    }
  }

  private void believeIfWanted(Message message) {
    if (state == State.HELD || state == State.ASKING || state == State.WAITING) {
      believe(message.ticket(), message.token(), message.until());
    } else {
      ticket = message.ticket();
      token = message.token();
    }
  }
}
