package dev.lockbroker.broker;

import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.ForceReleaseReply;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Ends anybody's ticket, for an administrator who saw it. */
final class ForceErrand extends Errand {
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private final long ticket;
  private final long token;
  private final CompletableFuture<ForceReleaseReply> reply = new CompletableFuture<>();
  private List<Long> living = List.of();

  ForceErrand(long ticket, long token) {
    this.ticket = ticket;
    this.token = token;
  }

  /** Completed in the mailbox. */
  CompletableFuture<ForceReleaseReply> reply() {
    return reply;
  }

  @Override
  List<Command> begin(Repository repository) throws JournalException {
    repository.catchUp();
    Ticket present = repository.table().ticket(ticket);
    living =
        present == null
            ? List.of()
            : repository.holders().livingPids(present, repository.nanoTime());
    return List.of(new Command.Force(ticket, token));
  }

  @Override
  void settle(Repository repository, List<Outcome> outcomes) {
    if (!(outcomes.get(0) instanceof Outcome.Refused refused)) {
      reply.complete(ForceReleaseReply.newBuilder().addAllOverriddenPids(living).build());
    } else if (refused.reason() == Refusal.UNKNOWN_TICKET) {
      fail(Status.NOT_FOUND, "there is no ticket " + ticket + "; look at the status again");
    } else {
      fail(
          Status.FAILED_PRECONDITION,
          "ticket " + ticket + " has another token than " + token + "; look at the status again");
    }
  }

  private void fail(Status status, String sentence) {
    reply.completeExceptionally(status.withDescription(sentence).asRuntimeException());
  }

  @Override
  boolean givesUp(Repository repository, Trouble trouble, long ageNanos) {
    boolean hopeless =
        trouble.kind() == Trouble.Kind.FATAL
            || trouble.kind() == Trouble.Kind.FAILING
            || ageNanos >= PATIENCE_NANOS;
    if (hopeless) {
      fail(Status.UNAVAILABLE, trouble.sentence());
    }
    return hopeless;
  }
}
