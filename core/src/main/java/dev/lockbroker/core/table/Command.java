package dev.lockbroker.core.table;

import dev.lockbroker.core.process.ProcessIdentity;

/**
 * What somebody wants changed. Asking twice is harmless: each command says which ticket it means.
 */
public sealed interface Command {
  /**
   * Ask for claims, or take up a request again after its answer was lost or its stream broke. A
   * ticket that is there is adopted as it is.
   *
   * @param id the client's name for the request
   * @param heldBefore the client was once told that it holds: if the ticket is not there now, it is
   *     {@link Refusal#LOST} and never asked for again
   * @param onlyIfFree do not queue: refuse with {@link Refusal#BUSY} what cannot be granted at once
   * @param inside what its asker holds already
   */
  record Request(
      RequestId id,
      Claims claims,
      ProcessIdentity client,
      long ttlMillis,
      LeaseKind kind,
      String label,
      boolean heldBefore,
      boolean onlyIfFree,
      Inside inside)
      implements Command {
    /**
     * Checks ttl and label, so that nothing is begun for a request that could not be written.
     *
     * @throws IllegalArgumentException saying which one is out of range
     */
    public Request {
      Ticket.checkTtl(ttlMillis);
      Ticket.checkLabel(label);
    }

    /** Of an asker that holds nothing. */
    public Request(
        RequestId id,
        Claims claims,
        ProcessIdentity client,
        long ttlMillis,
        LeaseKind kind,
        String label,
        boolean heldBefore,
        boolean onlyIfFree) {
      this(id, claims, client, ttlMillis, kind, label, heldBefore, onlyIfFree, Inside.NONE);
    }
  }

  /** Prolong a lease by its ttl from now. */
  record Refresh(long ticket, long token) implements Command {}

  /** End a ticket, waiting or held, on behalf of its client; one that is not there has ended. */
  record End(long ticket, EndReason reason) implements Command {}

  /**
   * Take a ticket out of the queue without its client's wish. One that has been granted meanwhile
   * stays a lease: its client may know already, and work.
   */
  record Dequeue(long ticket) implements Command {}

  /** End anybody's ticket; the token ({@code 0} while it waits) proves that the caller saw it. */
  record Force(long ticket, long token) implements Command {}
}
