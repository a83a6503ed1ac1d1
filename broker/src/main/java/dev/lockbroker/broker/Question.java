package dev.lockbroker.broker;

import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Outcome;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Something that is only looked up, or changed in memory. */
final class Question<T> extends Errand {
  private final Asked<T> asked;
  private final CompletableFuture<T> answer = new CompletableFuture<>();

  Question(Asked<T> asked) {
    this.asked = asked;
  }

  /** What is to be done in the mailbox. */
  interface Asked<T> {
    T of(Repository repository) throws JournalException;
  }

  /** Completed in the mailbox; with a {@link StatusRuntimeException} if that was not possible. */
  CompletableFuture<T> answer() {
    return answer;
  }

  @Override
  List<Command> begin(Repository repository) throws JournalException {
    answer.complete(asked.of(repository));
    return List.of();
  }

  @Override
  void settle(Repository repository, List<Outcome> outcomes) {
    throw new IllegalStateException("it has no commands");
  }

  @Override
  boolean givesUp(Repository repository, Trouble trouble, long ageNanos) {
    answer.completeExceptionally(
        Status.UNAVAILABLE.withDescription(trouble.sentence()).asRuntimeException());
    return true;
  }
}
