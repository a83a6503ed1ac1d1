package dev.lockbroker.broker;

import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.proto.v1.BrokerMessage;
import dev.lockbroker.proto.v1.Reason;
import dev.lockbroker.proto.v1.Release;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends a request's ticket on behalf of its client: released, cancelled, or its wait is over or
 * would never be. Carried out also when the client has gone meanwhile: it was its wish.
 */
final class EndErrand extends Errand {
  private enum Why {
    RELEASE,
    RELEASE_VIOLENT,
    CANCEL,
    TIME_UP,
    NOT_FREE,
    DEADLOCK
  }

  private final Why why;
  private final String requestId;
  private final @Nullable Session session;
  private final long named;
  private final String sentence;
  private final Runnable over;
  private @Nullable Seat seat;

  private EndErrand(
      Why why,
      String requestId,
      @Nullable Session session,
      long named,
      String sentence,
      @Nullable Seat seat,
      Runnable over) {
    this.why = why;
    this.requestId = requestId;
    this.session = session;
    this.named = named;
    this.sentence = sentence;
    this.seat = seat;
    this.over = over;
  }

  static EndErrand release(Session session, Release release, Runnable over) {
    Why why = release.getViolent() ? Why.RELEASE_VIOLENT : Why.RELEASE;
    return new EndErrand(why, release.getRequestId(), session, release.getTicket(), "", null, over);
  }

  static EndErrand cancel(Session session, String requestId, Runnable over) {
    return new EndErrand(Why.CANCEL, requestId, session, 0, "", null, over);
  }

  static EndErrand timeUp(Seat seat) {
    return new EndErrand(Why.TIME_UP, seat.requestId(), null, 0, "", seat, () -> {});
  }

  static EndErrand notFree(Seat seat) {
    return new EndErrand(Why.NOT_FREE, seat.requestId(), null, 0, "", seat, () -> {});
  }

  /** Its wait would never end; {@code sentence} says why. Only as long as it has that ticket. */
  static EndErrand deadlock(Seat seat, long ticket, String sentence) {
    return new EndErrand(Why.DEADLOCK, seat.requestId(), null, ticket, sentence, seat, () -> {});
  }

  /** It is not known yet whether there is a ticket. */
  @Override
  boolean mustWait(Repository repository) {
    Seat present = repository.seats().ofRequest(requestId);
    return present != null && present.ticket() == 0;
  }

  @Override
  List<Command> begin(Repository repository) {
    Session asker = session;
    Seat mine =
        asker == null
            ? repository.seats().ofRequest(requestId)
            : repository.seats().of(asker, requestId);
    if (mine == null || (seat != null && seat != mine)) {
      if (asker != null) {
        asker.tellLate(requestId, named);
      }
      return List.of();
    }
    if (asker != null && named != 0 && named != mine.ticket()) {
      asker.tell(
          requestId,
          Answers.refused(requestId, Reason.INVALID, "the ticket is not that of the request"));
      return List.of();
    }
    if (asker == null && (mine.isGranted() || (named != 0 && named != mine.ticket()))) {
      return List.of(); // It was granted in time, or has been asked for again.
    }
    seat = mine;
    return List.of(
        asker == null
            ? new Command.Dequeue(mine.ticket())
            : new Command.End(mine.ticket(), reason(mine)));
  }

  private EndReason reason(Seat mine) {
    // Who gives back knows that it holds, perhaps before this broker has seen it in the journal.
    boolean givesBack = why == Why.RELEASE || why == Why.RELEASE_VIOLENT;
    if (!mine.isGranted() && !givesBack) {
      return EndReason.CANCELLED;
    }
    return why == Why.RELEASE_VIOLENT ? EndReason.DIED : EndReason.RELEASED;
  }

  @Override
  void settle(Repository repository, List<Outcome> outcomes) {
    Seat mine = seat;
    if (mine == null || repository.seats().ofRequest(requestId) != mine) {
      return;
    }
    if (outcomes.get(0) instanceof Outcome.Refused) {
      if (session != null) {
        mine.tell(
            Answers.refused(
                requestId,
                Reason.WORKER_ALIVE,
                "a process registered for the lease still lives; end it, or wait for it"));
      }
      return;
    }
    if (outcomes.get(0) instanceof Outcome.Held) {
      return; // Granted in time by somebody else, who may have told it already.
    }
    repository.finish(mine, lastWord(repository, mine));
  }

  private BrokerMessage lastWord(Repository repository, Seat mine) {
    return switch (why) {
      case RELEASE, RELEASE_VIOLENT, CANCEL -> Answers.released(requestId, mine.ticket());
      case TIME_UP ->
          Answers.refused(
              requestId,
              Reason.TIMED_OUT,
              "the wait is over; wait longer, or ask whoever holds",
              repository.holdersInTheWay(mine.command().claims()));
      case DEADLOCK -> Answers.refused(requestId, Reason.DEADLOCK, sentence);
      case NOT_FREE ->
          Answers.refused(
              requestId,
              Reason.BUSY,
              "somebody else holds or waits, and this request was not to wait",
              repository.holdersInTheWay(mine.command().claims()));
    };
  }

  @Override
  boolean givesUp(Repository repository, Trouble trouble, long ageNanos) {
    if (trouble.kind() != Trouble.Kind.FATAL) {
      return session != null && session.isGone();
    }
    Seat mine = seat;
    if (mine != null && repository.seats().ofRequest(requestId) == mine) {
      repository.finish(
          mine, Answers.refused(requestId, Reason.JOURNAL_UNUSABLE, trouble.sentence()));
    }
    return true;
  }

  @Override
  void over() {
    over.run();
  }
}
