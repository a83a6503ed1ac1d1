package dev.lockbroker.client;

import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Ticket;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What one or several {@link Lease} objects of one owner stand on: a ticket of this client, or one
 * of an ancestor process. Counts how often it is entered; guarded by {@link Holdings}.
 */
final class Holding {
  private final Object owner;
  private final Path journalDirectory;
  private final Claims claims;
  private final @Nullable TicketAgent agent;
  private final @Nullable LeaseTag inherited;
  int entered = 1;

  Holding(Object owner, TicketAgent agent) {
    this.owner = owner;
    this.journalDirectory = agent.lockable().journalDirectory();
    this.claims = agent.claims();
    this.agent = agent;
    this.inherited = null;
  }

  Holding(LeaseTag inherited) {
    this.owner = inherited;
    this.journalDirectory = inherited.journalDirectory();
    this.claims = inherited.claims();
    this.agent = null;
    this.inherited = inherited;
  }

  Object owner() {
    return owner;
  }

  Path journalDirectory() {
    return journalDirectory;
  }

  Claims claims() {
    return claims;
  }

  @Nullable TicketAgent agent() {
    return agent;
  }

  boolean isInherited() {
    return inherited != null;
  }

  Path shown() {
    return agent != null ? agent.lockable().shown() : tag().shown();
  }

  long ticket() {
    return agent != null ? agent.ticket() : tag().ticket();
  }

  long token() {
    return agent != null ? agent.token() : tag().token();
  }

  LeaseTag tag() {
    if (inherited != null) {
      return inherited;
    }
    if (agent == null) {
      throw new IllegalStateException("neither a ticket nor an inherited one");
    }
    return new LeaseTag(journalDirectory, agent.id(), agent.ticket(), agent.token(), claims);
  }

  /** Whether the lease stands now; asks once more before it says no because of the time. */
  boolean stands(Engine engine) {
    if (agent == null) {
      return standsInJournal(engine, tag());
    }
    if (!agent.believes(engine.nanoTime()) && agent.isGranted()) {
      engine.direct().refresh(agent);
    }
    // The time is looked at last: the look at the journal may have taken its own.
    return !isGoneFromJournal(engine, agent) && agent.believes(engine.nanoTime());
  }

  /** A lease ended by force is noticed here at once, not only when the news arrive. */
  private static boolean isGoneFromJournal(Engine engine, TicketAgent agent) {
    try {
      return engine.direct().journal(agent).peek(agent.ticket()) == null;
    } catch (JournalException e) {
      // It cannot be read from here: what was told is believed until its time is over.
      return false;
    }
  }

  /** An inherited lease is believed as long as the journal shows it. */
  private static boolean standsInJournal(Engine engine, LeaseTag tag) {
    try {
      return isShownHeld(engine, tag);
    } catch (JournalException e) {
      return false;
    }
  }

  /**
   * Whether the journal shows the lease that the tag names.
   *
   * @throws JournalException if it cannot be read, so that nobody knows
   */
  static boolean isShownHeld(Engine engine, LeaseTag tag) throws JournalException {
    Ticket ticket = engine.direct().journal(tag.journalDirectory()).peek(tag.ticket());
    return ticket != null
        && ticket.isHeld()
        && ticket.requireHold().token() == tag.token()
        && ticket.request().equals(tag.request());
  }
}
