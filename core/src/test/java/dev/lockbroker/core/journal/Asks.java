package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Short names for commands and outcomes. */
final class Asks {
  static final long PATIENCE = 10_000_000_000L;

  private Asks() {}

  static RequestId id(int number) {
    return new RequestId(String.format(Locale.ROOT, "%032x", number));
  }

  static ProcessIdentity client(int number) {
    return new ProcessIdentity(number, 1, FakeHost.NAMESPACE, 1000);
  }

  static Claims claims(String text) {
    List<Claim> list = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      list.add(Claim.parse(one));
    }
    return new Claims(list);
  }

  /** The client's pid is the request's number. */
  static Command.Request ask(int number, String claims) {
    return ask(number, claims, LeaseKind.LEASE, false, false);
  }

  static Command.Request run(int number, String claims) {
    return ask(number, claims, LeaseKind.RUN, false, false);
  }

  static Command.Request ask(
      int number, String claims, LeaseKind kind, boolean heldBefore, boolean onlyIfFree) {
    return request(
        id(number), claims(claims), client(number), 10_000, kind, heldBefore, onlyIfFree);
  }

  static Command.Request request(
      RequestId id,
      Claims claims,
      ProcessIdentity client,
      long ttlMillis,
      LeaseKind kind,
      boolean heldBefore,
      boolean onlyIfFree) {
    return new Command.Request(id, claims, client, ttlMillis, kind, "", heldBefore, onlyIfFree);
  }

  static Command release(Ticket ticket) {
    return new Command.End(ticket.number(), EndReason.RELEASED);
  }

  static Command refresh(Ticket ticket) {
    return new Command.Refresh(ticket.number(), ticket.requireHold().token());
  }

  static Command force(Ticket ticket) {
    Ticket.Hold hold = ticket.hold();
    return new Command.Force(ticket.number(), hold == null ? 0 : hold.token());
  }

  static Outcome one(Arbiter arbiter, Command command) throws JournalException {
    return arbiter.transact(List.of(command), FakeParty.NOBODY, PATIENCE).outcomes().get(0);
  }

  static Ticket held(Arbiter arbiter, Command command) throws JournalException {
    Outcome outcome = one(arbiter, command);
    if (outcome instanceof Outcome.Held held) {
      return held.ticket();
    }
    throw new AssertionError("not held: " + outcome);
  }

  static Ticket waiting(Arbiter arbiter, Command command) throws JournalException {
    Outcome outcome = one(arbiter, command);
    if (outcome instanceof Outcome.Waiting waiting) {
      return waiting.ticket();
    }
    throw new AssertionError("not waiting: " + outcome);
  }

  static Refusal refused(Arbiter arbiter, Command command) throws JournalException {
    Outcome outcome = one(arbiter, command);
    if (outcome instanceof Outcome.Refused refused) {
      return refused.reason();
    }
    throw new AssertionError("not refused: " + outcome);
  }

  static Turn turn(Arbiter arbiter) throws JournalException {
    return arbiter.transact(List.of(), FakeParty.NOBODY, PATIENCE);
  }
}
