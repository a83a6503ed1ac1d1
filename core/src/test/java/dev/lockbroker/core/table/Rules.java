package dev.lockbroker.core.table;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the explorer asks of the code under test. This class asks the production code; its
 * subclasses distort one rule each. Without state.
 */
class Rules {
  Decision decide(LockTable table, Command command, long nowNanos) {
    return table.decide(command, nowNanos);
  }

  List<Ticket> grantable(LockTable table) {
    return table.grantable();
  }

  Entry.Granted grant(LockTable table, Ticket ticket, long nowNanos) {
    return table.grant(ticket, nowNanos, ticket.ttlNanos());
  }

  /** What is written for an entry decided on: itself. */
  List<Entry> written(LockTable table, Entry entry) {
    return List.of(entry);
  }

  void apply(LockTable table, Entry entry) {
    table.apply(entry);
  }

  LockTable restored(long counter, List<Entry> carried) {
    return LockTable.restored(counter, carried);
  }

  List<Ticket> obstacles(LockTable table, List<Claims> asked) {
    return table.obstacles(asked);
  }

  /** L2–L4; in production the journal's reaper decides this. */
  @Nullable EndReason reap(Ticket lease, long nowNanos, boolean clientDead, boolean workerAlive) {
    EndReason reason = clientDead ? EndReason.DIED : EndReason.EXPIRED;
    boolean gone = clientDead || lease.isLapsed(nowNanos);
    return gone && !(lease.kind() == LeaseKind.RUN && workerAlive) ? reason : null;
  }

  /** L1. */
  boolean mayEndWaiter(boolean clientDead) {
    return clientDead;
  }

  /** L5. */
  boolean mayRelease(Ticket ticket, boolean workerAlive) {
    return !(ticket.isHeld() && ticket.kind() == LeaseKind.RUN && workerAlive);
  }
}
