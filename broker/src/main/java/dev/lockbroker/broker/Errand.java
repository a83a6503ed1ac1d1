package dev.lockbroker.broker;

import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Outcome;
import java.util.List;

/**
 * Something to be done at a repository, by its mailbox. It begins, its commands are carried out
 * together with everybody else's, it is settled; where its turn comes to nothing it begins again,
 * unless it gives up.
 */
abstract class Errand {
  private long bornNanos = -1;

  /**
   * What has to be written; empty if nothing has, and then it is over.
   *
   * @throws JournalException if it needs the journal and that fails; as if its commands had failed
   */
  abstract List<Command> begin(Repository repository) throws JournalException;

  /** Tells what became of the commands: one outcome for each. */
  abstract void settle(Repository repository, List<Outcome> outcomes);

  /**
   * Nothing is known to have happened.
   *
   * @param ageNanos since it first began
   * @return true if it gives up, and has said so
   */
  abstract boolean givesUp(Repository repository, Trouble trouble, long ageNanos);

  /** Whether it cannot begin before another one, which did not come through, has. */
  boolean mustWait(Repository repository) {
    return false;
  }

  /** Called once, when it is over in whatever way. */
  void over() {}

  final long ageNanos(long nowNanos) {
    if (bornNanos == -1) {
      bornNanos = nowNanos;
    }
    return nowNanos - bornNanos;
  }
}
