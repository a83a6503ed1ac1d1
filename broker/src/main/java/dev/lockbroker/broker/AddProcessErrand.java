package dev.lockbroker.broker;

import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.RunFolder;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.proto.v1.Process;
import dev.lockbroker.proto.v1.Reason;
import java.util.List;

/** Registers a living process as what keeps a lease. */
final class AddProcessErrand extends Errand {
  private final Session session;
  private final String requestId;
  private final Process process;
  private final Runnable over;

  AddProcessErrand(Session session, String requestId, Process process, Runnable over) {
    this.session = session;
    this.requestId = requestId;
    this.process = process;
    this.over = over;
  }

  @Override
  boolean mustWait(Repository repository) {
    Seat seat = repository.seats().of(session, requestId);
    return seat != null && seat.ticket() == 0;
  }

  @Override
  List<Command> begin(Repository repository) throws JournalException {
    Seat seat = repository.seats().of(session, requestId);
    if (seat == null) {
      String cause = repository.endings().orUnknown(requestId);
      session.tell(requestId, Answers.lost(requestId, 0, cause));
      return List.of();
    }
    try {
      register(repository, seat);
    } catch (RefusedException e) {
      seat.tell(Answers.refused(requestId, e.reason(), e.sentence()));
    }
    return List.of();
  }

  private void register(Repository repository, Seat seat)
      throws RefusedException, JournalException {
    if (seat.command().kind() != LeaseKind.RUN) {
      throw new RefusedException(
          Reason.INVALID, "this lease is kept by heartbeats; ask for kind RUN to add processes");
    }
    if (!seat.isGranted()) {
      throw new RefusedException(Reason.INVALID, "the request is not granted yet");
    }
    ProcessFinder finder = repository.services().finder();
    ProcessIdentity worker = finder.worker(process, seat.command().client());
    boolean added =
        repository
            .arbiter()
            .register(
                new RunFolder(seat.command().id(), seat.ticket()), worker, finder.session(worker));
    if (added) {
      seat.tell(Answers.processAdded(requestId));
    } else {
      // The run folder is gone, so the ticket has ended; why, the journal is about to tell.
      repository.catchUp();
      String cause = repository.endings().orUnknown(requestId);
      if (repository.seats().ofRequest(requestId) == seat) {
        repository.finish(seat, Answers.lost(requestId, seat.ticket(), cause));
      }
    }
  }

  @Override
  void settle(Repository repository, List<Outcome> outcomes) {
    throw new IllegalStateException("it has no commands");
  }

  @Override
  boolean givesUp(Repository repository, Trouble trouble, long ageNanos) {
    session.tell(
        requestId, Answers.refused(requestId, Reason.JOURNAL_UNUSABLE, trouble.sentence()));
    return true;
  }

  @Override
  void over() {
    over.run();
  }
}
