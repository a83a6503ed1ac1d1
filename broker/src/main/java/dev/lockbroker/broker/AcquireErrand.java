package dev.lockbroker.broker;

import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks for a lock, or takes up a request again. */
final class AcquireErrand extends Errand {
  /** T1: a new request gives up on a busy guard after this; who waits goes on. */
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private final Session session;
  private final Command.Request command;
  private final long waitNanos;
  private final boolean isFirst;
  private final Runnable over;
  private @Nullable Seat seat;

  /**
   * A message from a client.
   *
   * @param waitNanos how long it may wait; negative: for ever
   * @param over see {@link #over()}
   */
  AcquireErrand(Session session, Command.Request command, long waitNanos, Runnable over) {
    this.session = session;
    this.command = command;
    this.waitNanos = waitNanos;
    this.isFirst = true;
    this.over = over;
  }

  /** A request that never held and whose ticket has vanished. */
  AcquireErrand(Seat seat) {
    this.session = seat.session();
    this.command = seat.command();
    this.waitNanos = -1;
    this.isFirst = false;
    this.over = () -> {};
    this.seat = seat;
  }

  @Override
  List<Command> begin(Repository repository) {
    if (seat == null) {
      // A client that is gone asks for nothing: nobody would know of the ticket.
      return session.isGone() ? List.of() : List.of(sit(repository));
    }
    boolean stillThere = repository.seats().ofRequest(command.id().hex()) == seat;
    return stillThere ? List.of(command) : List.of();
  }

  private Command sit(Repository repository) {
    Seats seats = repository.seats();
    Seat present = seats.ofRequest(command.id().hex());
    Seat mine = present != null ? present : new Seat(session, command);
    seat = mine;
    if (present == null) {
      seats.add(mine);
    } else if (present.command().claims().equals(command.claims())) {
      takeOver(repository, mine);
    } else {
      return command; // To be refused; the seat is somebody else's.
    }
    if (waitNanos < 0 || command.onlyIfFree()) {
      mine.waitForEver();
    } else {
      seats.setDeadline(mine, repository.nanoTime() + waitNanos);
    }
    return command;
  }

  /** The same request comes on another stream: the newest one counts. */
  private void takeOver(Repository repository, Seat present) {
    Session before = present.session();
    present.takenBy(session, command);
    if (before != session) {
      before.forget(present.requestId(), repository);
    }
  }

  @Override
  void settle(Repository repository, List<Outcome> outcomes) {
    Seat mine = seat;
    if (mine == null || repository.seats().ofRequest(mine.requestId()) != mine) {
      return;
    }
    Outcome outcome = outcomes.get(0);
    if (outcome instanceof Outcome.Held held) {
      repository.seats().bind(mine, held.ticket().number());
      repository.grant(mine, held.ticket());
    } else if (outcome instanceof Outcome.Waiting waiting) {
      queued(repository, mine, waiting.ticket());
    } else if (outcome instanceof Outcome.Refused refused) {
      refused(repository, mine, refused.reason());
    } else {
      throw new IllegalStateException("a request came to " + outcome);
    }
  }

  private void queued(Repository repository, Seat mine, Ticket ticket) {
    repository.seats().bind(mine, ticket.number());
    if (command.onlyIfFree()) {
      // It was in the queue before, and is not to wait any more.
      repository.submit(EndErrand.notFree(mine));
    } else {
      repository.places().tell(ticket, repository.table(), repository.nanoTime());
      repository.services().deadlocks().waits(repository, mine, ticket);
    }
  }

  private void refused(Repository repository, Seat mine, Refusal refusal) {
    String id = mine.requestId();
    switch (refusal) {
      case BUSY ->
          repository.finish(
              mine,
              Answers.refused(
                  id,
                  Reason.BUSY,
                  "somebody else holds or waits, and this request was not to wait",
                  repository.holdersInTheWay(command.claims())));
      case LOST -> repository.finish(mine, Answers.lost(id, 0, repository.endings().orUnknown(id)));
      case QUEUE_FULL ->
          repository.finish(
              mine,
              Answers.refused(
                  id, Reason.QUEUE_FULL, "too many requests wait there; try again later"));
      case DIFFERENT_REQUEST -> differentRequest(repository, mine);
      default -> throw new IllegalStateException("a request was refused as " + refusal);
    }
  }

  /** What the id stands for goes on; only this asking is over. */
  private void differentRequest(Repository repository, Seat mine) {
    var message =
        Answers.refused(
            mine.requestId(),
            Reason.DIFFERENT_REQUEST,
            "this request id is in use for other claims; use a new one for each request");
    if (mine.ticket() == 0) {
      repository.finish(mine, message);
    } else {
      session.tell(mine.requestId(), message);
      if (mine.session() != session) {
        session.forget(mine.requestId(), repository);
      }
    }
  }

  @Override
  boolean givesUp(Repository repository, Trouble trouble, long ageNanos) {
    Seat mine = seat;
    if (mine == null) {
      return true;
    }
    boolean waitsAlready = !isFirst || mine.ticket() != 0;
    boolean hopeless =
        switch (trouble.kind()) {
          case FATAL -> true;
          case FAILING -> !waitsAlready;
          case ASK_AGAIN, BUSY -> !waitsAlready && ageNanos >= PATIENCE_NANOS;
        };
    if (hopeless && repository.seats().ofRequest(mine.requestId()) == mine) {
      repository.finish(
          mine, Answers.refused(mine.requestId(), Reason.JOURNAL_UNUSABLE, trouble.sentence()));
    }
    return hopeless;
  }

  @Override
  void over() {
    over.run();
  }
}
