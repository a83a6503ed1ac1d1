package dev.lockbroker.broker;

import com.google.common.util.concurrent.MoreExecutors;
import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.Party;
import dev.lockbroker.core.journal.Turn;
import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.Event;
import dev.lockbroker.proto.v1.EventKind;
import dev.lockbroker.proto.v1.Holder;
import dev.lockbroker.proto.v1.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One repository's mailbox: everything below {@link #turn} runs in it, one turn at a time, and
 * nothing else touches the journal. Any thread may {@link #submit} and {@link #wake}.
 *
 * <p>A turn takes all errands there are, carries out their commands in one transaction, and only
 * then tells anybody anything. Between turns it looks at the journal as {@link Pace} says, for as
 * long as somebody is there. Nothing is remembered here that the journal does not say, except for
 * whom to look.
 */
final class Repository implements Party {
  private static final Logger LOG = Logger.getLogger(Repository.class.getName());

  /** One turn tries for the guard so long; then other errands get their chance to be told. */
  private static final long TURN_PATIENCE_NANOS = 250_000_000;

  private final Path shown;
  private final Services services;
  private final Arbiter arbiter;
  private final Executor mailbox;
  private final Alarm alarm;
  private final Queue<Errand> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicBoolean woken = new AtomicBoolean();

  private final Seats seats = new Seats();
  private final Chronicle chronicle = new Chronicle();
  private final Endings endings = new Endings();
  private final Holders holders;
  private final Places places;
  private final Pace pace;
  private final List<Outbox<Event>> watchers = new ArrayList<>();
  private List<Errand> unfinished = new ArrayList<>();
  private boolean opened;
  private boolean closed;

  Repository(Path journalDirectory, Path shown, Services services) {
    this.shown = shown;
    this.services = services;
    this.arbiter = Arbiter.open(journalDirectory, services.host(), services.processes());
    this.mailbox = MoreExecutors.newSequentialExecutor(services.pool());
    this.alarm = new Alarm(services.timer(), this::schedule);
    this.holders = new Holders(arbiter, services.processes());
    this.places = new Places(seats, holders, services.host().nanoTime());
    this.pace = new Pace(services.host().nanoTime());
  }

  Path journalDirectory() {
    return arbiter.place();
  }

  /** What a person calls it. */
  Path shown() {
    return shown;
  }

  /** Has an errand done. */
  void submit(Errand errand) {
    inbox.add(errand);
    schedule();
  }

  /** Has a transaction run soon, because something has changed that no journal tells. */
  void wake() {
    woken.set(true);
    schedule();
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        mailbox.execute(this::turn);
      } catch (RejectedExecutionException e) {
        scheduled.set(false);
        LOG.log(Level.FINE, "no turn now: the broker ends, or has no thread left");
      }
    }
  }

  private void turn() {
    scheduled.set(false);
    if (closed) {
      return;
    }
    try {
      run();
    } catch (RuntimeException e) {
      LOG.log(Level.SEVERE, "bug in a turn of " + shown, e);
    }
  }

  private void run() {
    long nowNanos = nanoTime();
    for (Seat seat = seats.takeTimedUp(nowNanos);
        seat != null;
        seat = seats.takeTimedUp(nowNanos)) {
      inbox.add(EndErrand.timeUp(seat));
    }
    Batch batch = new Batch(this, nowNanos);
    batch.begin(takeErrands());
    if (closed) {
      return; // By one of them: whoever had anything to do here has left.
    }
    boolean done = false;
    try {
      act(batch, nowNanos);
      done = true;
    } catch (JournalException e) {
      trouble(batch, Trouble.of(e));
    } catch (RuntimeException e) {
      LOG.log(Level.SEVERE, "bug in a transaction on " + shown, e);
      trouble(batch, Trouble.bug(e));
    }
    unfinished = batch.unfinished();
    long endNanos = nanoTime();
    try {
      places.tellAll(arbiter.table(), endNanos);
    } finally {
      rest(done, endNanos);
    }
  }

  private List<Errand> takeErrands() {
    List<Errand> errands = unfinished;
    for (Errand errand = inbox.poll(); errand != null; errand = inbox.poll()) {
      errands.add(errand);
    }
    return errands;
  }

  private void act(Batch batch, long nowNanos) throws JournalException {
    if (!opened) {
      catchUp();
      chronicle.begin();
      opened = true;
    }
    Pace.Need need = need();
    boolean calm = !pace.isCalmingDown(nowNanos);
    boolean asked = woken.getAndSet(false) || !batch.commands().isEmpty();
    if (asked || (calm && pace.isTransactionDue(need, nowNanos))) {
      transact(batch);
      return;
    }
    if (calm && pace.isLookDue(need, nowNanos)) {
      catchUp();
      pace.looked(nowNanos);
    }
    if (calm && pace.isStuckDue(need, nowNanos)) {
      boolean stuck = arbiter.isStuckBehindGone(this);
      boolean moved = stuck && transact(batch);
      pace.lookedForStuck(stuck && !moved, nanoTime());
    }
  }

  /** True if anything changed. */
  private boolean transact(Batch batch) throws JournalException {
    Turn turn = arbiter.transact(batch.commands(), this, TURN_PATIENCE_NANOS);
    for (String line : arbiter.takeReports()) {
      LOG.log(
          Level.INFO, "cleared up in {0}: {1}", new Object[] {shown, Printable.text(line, 2_000)});
    }
    pace.transacted(nanoTime());
    List<Chronicle.Happening> happenings = read(turn);
    batch.settle(turn.outcomes());
    tellSeats(happenings);
    return !happenings.isEmpty();
  }

  /** Reads what others wrote, and tells whom it concerns. */
  void catchUp() throws JournalException {
    Turn turn = arbiter.look();
    if (turn != null) {
      tellSeats(read(turn));
    }
  }

  private List<Chronicle.Happening> read(Turn turn) {
    places.read(turn, arbiter.table());
    List<Chronicle.Happening> happenings = chronicle.read(turn, arbiter.table());
    for (Chronicle.Happening happening : happenings) {
      if (!happening.cause().isEmpty()) {
        endings.add(happening.ticket().request().hex(), happening.cause());
      }
    }
    publish(happenings);
    return happenings;
  }

  private void publish(List<Chronicle.Happening> happenings) {
    List<Outbox<Event>> ofAll = services.watchers().ofAll();
    if (watchers.isEmpty() && ofAll.isEmpty()) {
      return;
    }
    for (Chronicle.Happening happening : happenings) {
      Event event = Reports.event(happening, shown);
      watchers.forEach(watcher -> watcher.send(event));
      ofAll.forEach(watcher -> watcher.send(event));
    }
  }

  private void tellSeats(List<Chronicle.Happening> happenings) {
    for (Chronicle.Happening happening : happenings) {
      Seat seat = seats.ofTicket(happening.ticket().number());
      if (seat == null) {
        continue;
      }
      if (happening.kind() == EventKind.GRANTED && !seat.isGranted()) {
        grant(seat, happening.ticket());
      } else if (!happening.cause().isEmpty()) {
        ended(seat, happening.cause());
      }
    }
  }

  /** Tells that it holds. */
  void grant(Seat seat, Ticket lease) {
    seats.countGrant(seat);
    seat.tellGranted(lease);
  }

  /** Tells that a ticket has ended without its client's wish, or asks for it again. */
  private void ended(Seat seat, String cause) {
    boolean byClient = cause.equals("released") || cause.equals("cancelled");
    if (byClient) {
      finish(seat, Answers.released(seat.requestId(), seat.ticket()));
    } else if (seat.isGranted() || cause.equals("forced") || cause.equals("died")) {
      finish(seat, Answers.lost(seat.requestId(), seat.ticket(), cause));
    } else {
      // C1: it never held, so it asks again under the same id.
      seats.bind(seat, 0);
      seat.askAnew();
      submit(new AcquireErrand(seat));
    }
  }

  /** The last word on a request. */
  void finish(Seat seat, dev.lockbroker.proto.v1.BrokerMessage message) {
    seats.remove(seat);
    seat.tell(message);
    seat.session().ended(seat.requestId(), this, endings.orUnknown(seat.requestId()));
  }

  private void trouble(Batch batch, Trouble trouble) {
    long nowNanos = nanoTime();
    pace.failed(nowNanos);
    LOG.log(Level.FINE, "{0}", trouble.sentence());
    batch.fail(trouble);
    if (trouble.kind() == Trouble.Kind.FATAL) {
      for (Seat seat : seats.waiting()) {
        finish(
            seat, Answers.refused(seat.requestId(), Reason.JOURNAL_UNUSABLE, trouble.sentence()));
      }
    }
  }

  /** Sleeps until something is due, or for ever if nobody is there. */
  private void rest(boolean done, long nowNanos) {
    if (!inbox.isEmpty() || (done && !unfinished.isEmpty())) {
      schedule();
      return;
    }
    long delay = pace.delayNanos(need(), nowNanos);
    if (!unfinished.isEmpty()) {
      delay = Math.min(delay, Pace.retryNanos());
    }
    alarm.set(Math.min(delay, seats.untilDeadline(nowNanos)), nowNanos);
  }

  private Pace.Need need() {
    boolean holding = !seats.isEmpty();
    return new Pace.Need(seats.someWait(), holding, !watchers.isEmpty());
  }

  // What errands use.

  Seats seats() {
    return seats;
  }

  Arbiter arbiter() {
    return arbiter;
  }

  LockTable table() {
    return arbiter.table();
  }

  Holders holders() {
    return holders;
  }

  Places places() {
    return places;
  }

  /** For a request that is not, or no longer, in the queue. */
  List<Holder> holdersInTheWay(Claims claims) {
    return holders.of(table().inTheWayOf(claims), nanoTime());
  }

  Endings endings() {
    return endings;
  }

  Services services() {
    return services;
  }

  List<Outbox<Event>> watchers() {
    return watchers;
  }

  long nanoTime() {
    return services.host().nanoTime();
  }

  /** Nobody uses it any more. */
  void close() {
    alarm.cancel();
    closed = true;
    arbiter.close();
  }

  // Party: answers inside the guard, from memory.

  @Override
  public boolean actsFor(Ticket ticket) {
    return seats.ofRequest(ticket.request().hex()) != null;
  }

  @Override
  public boolean vouchesFor(ProcessIdentity process) {
    return services.live().contains(process);
  }

  /** The errands of one turn. */
  private static final class Batch {
    private final Repository repository;
    private final long nowNanos;
    private final List<Errand> begun = new ArrayList<>();
    private final List<Integer> counts = new ArrayList<>();
    private final List<Command> commands = new ArrayList<>();
    private final List<Errand> later = new ArrayList<>();

    Batch(Repository repository, long nowNanos) {
      this.repository = repository;
      this.nowNanos = nowNanos;
    }

    List<Command> commands() {
      return commands;
    }

    List<Errand> unfinished() {
      return later;
    }

    void begin(List<Errand> errands) {
      for (Errand errand : errands) {
        errand.ageNanos(nowNanos);
        if (errand.mustWait(repository)) {
          later.add(errand);
        } else {
          begin(errand);
        }
      }
    }

    private void begin(Errand errand) {
      try {
        List<Command> wanted = errand.begin(repository);
        if (wanted.isEmpty()) {
          errand.over();
        } else {
          begun.add(errand);
          counts.add(wanted.size());
          commands.addAll(wanted);
        }
      } catch (JournalException e) {
        giveUpOrLater(errand, Trouble.of(e));
      } catch (RuntimeException e) {
        LOG.log(Level.SEVERE, "bug in " + errand.getClass().getSimpleName(), e);
        giveUpOrLater(errand, Trouble.bug(e));
      }
    }

    void settle(List<Outcome> outcomes) {
      int from = 0;
      for (int i = 0; i < begun.size(); i++) {
        int to = from + counts.get(i);
        begun.get(i).settle(repository, outcomes.subList(from, to));
        begun.get(i).over();
        from = to;
      }
      begun.clear();
    }

    /** Those that wait for another errand stay behind it. */
    void fail(Trouble trouble) {
      List<Errand> waiting = List.copyOf(later);
      later.clear();
      begun.forEach(errand -> giveUpOrLater(errand, trouble));
      later.addAll(waiting);
      begun.clear();
    }

    private void giveUpOrLater(Errand errand, Trouble trouble) {
      if (errand.givesUp(repository, trouble, errand.ageNanos(nowNanos))) {
        errand.over();
      } else {
        later.add(errand);
      }
    }
  }
}
