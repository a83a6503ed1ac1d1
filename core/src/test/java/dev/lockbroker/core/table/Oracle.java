package dev.lockbroker.core.table;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges every entry and every answer by plain lists and pairwise comparison. Shares nothing with
 * {@link LockTable} but the names of entries.
 */
final class Oracle {
  /** A live ticket as the entries say. */
  static final class Row {
    final long number;
    final String request;
    final String claims;
    final long ttlNanos;
    final boolean run;
    boolean held;
    long token;
    long until;

    Row(long number, String request, String claims, long ttlNanos, boolean run) {
      this.number = number;
      this.request = request;
      this.claims = claims;
      this.ttlNanos = ttlNanos;
      this.run = run;
    }

    Row copy() {
      Row copy = new Row(number, request, claims, ttlNanos, run);
      copy.held = held;
      copy.token = token;
      copy.until = until;
      return copy;
    }

    boolean conflictsWith(Row other) {
      return BruteForce.conflict(claims, other.claims);
    }
  }

  /** What is so in the world outside the table. */
  interface Facts {
    long now();

    boolean clientDead(String request);

    boolean workerAlive(String request);
  }

  final List<Row> rows = new ArrayList<>();
  long highest;

  Oracle copy() {
    Oracle copy = new Oracle();
    for (Row row : rows) {
      copy.rows.add(row.copy());
    }
    copy.highest = highest;
    return copy;
  }

  @Nullable Row row(long number) {
    for (Row row : rows) {
      if (row.number == number) {
        return row;
      }
    }
    return null;
  }

  @Nullable Row rowOf(String request) {
    for (Row row : rows) {
      if (row.request.equals(request)) {
        return row;
      }
    }
    return null;
  }

  /** Judges an entry that is about to be applied, and takes it in. */
  void see(Entry entry, @Nullable Command cause, Facts facts) {
    if (entry instanceof Entry.Waits waits) {
      seeWaits(waits);
    } else if (entry instanceof Entry.Granted granted) {
      seeGranted(granted, facts);
    } else if (entry instanceof Entry.Refreshed refreshed) {
      seeRefreshed(refreshed, facts);
    } else if (entry instanceof Entry.Ended ended) {
      seeEnded(ended, cause, facts);
    } else {
      throw new LawBroken(Law.TABLE_IS_THE_FOLD, "unexpected " + entry);
    }
  }

  private void seeWaits(Entry.Waits entry) {
    LawBroken.unless(
        rowOf(entry.request().hex()) == null, Law.ONE_TICKET_PER_REQUEST, entry.toString());
    rise(entry.ticket(), entry);
    rows.add(
        new Row(
            entry.ticket(),
            entry.request().hex(),
            entry.claims().toString(),
            entry.ttlMillis() * Samples.MS,
            entry.kind() == LeaseKind.RUN));
  }

  private void seeGranted(Entry.Granted entry, Facts facts) {
    Row row = row(entry.ticket());
    if (row == null || row.held) {
      throw new LawBroken(Law.ONLY_WAITERS_ARE_GRANTED, entry.toString());
    }
    for (Row other : rows) {
      if (other != row && other.conflictsWith(row)) {
        LawBroken.unless(!other.held, Law.V1_LEASES_DO_NOT_CONFLICT, entry.toString());
        boolean passed = !other.held && other.number < row.number;
        LawBroken.unless(!passed, Law.V3_FIRST_COME_FIRST_SERVED, entry.toString());
      }
    }
    rise(entry.token(), entry);
    boolean oneTtl = entry.untilNanos() == facts.now() + row.ttlNanos;
    LawBroken.unless(oneTtl, Law.V5_UNTIL_NEVER_FALLS, entry.toString());
    row.held = true;
    row.token = entry.token();
    row.until = entry.untilNanos();
  }

  private void seeRefreshed(Entry.Refreshed entry, Facts facts) {
    Row row = row(entry.ticket());
    if (row == null || !row.held) {
      throw new LawBroken(Law.ANSWERS_ARE_RIGHT, "refresh of what is not held: " + entry);
    }
    boolean fits =
        entry.untilNanos() - row.until >= 0 && entry.untilNanos() - facts.now() - row.ttlNanos <= 0;
    LawBroken.unless(fits, Law.V5_UNTIL_NEVER_FALLS, entry.toString());
    row.until = entry.untilNanos();
  }

  private void seeEnded(Entry.Ended entry, @Nullable Command cause, Facts facts) {
    Row row = row(entry.ticket());
    if (row == null) {
      throw new LawBroken(Law.V4_NO_END_WITHOUT_CAUSE, "end of what is not there: " + entry);
    }
    LawBroken.unless(hasCause(row, entry, cause, facts), Law.V4_NO_END_WITHOUT_CAUSE, "" + entry);
    rows.remove(row);
  }

  private static boolean hasCause(
      Row row, Entry.Ended entry, @Nullable Command cause, Facts facts) {
    boolean keptByWorker = row.held && row.run && facts.workerAlive(row.request);
    return switch (entry.reason()) {
      case RELEASED, CANCELLED -> isWished(row, cause) && !keptByWorker;
      case FORCED ->
          cause instanceof Command.Force force
              && force.ticket() == row.number
              && force.token() == (row.held ? row.token : 0);
      case EXPIRED -> row.held && facts.now() - row.until >= 0 && !keptByWorker;
      case DIED -> facts.clientDead(row.request) && !keptByWorker;
    };
  }

  private static boolean isWished(Row row, @Nullable Command cause) {
    return cause instanceof Command.Dequeue dequeue
        ? dequeue.ticket() == row.number && !row.held
        : cause instanceof Command.End end && end.ticket() == row.number;
  }

  private void rise(long number, Entry entry) {
    LawBroken.unless(number > highest, Law.V2_NUMBERS_RISE, entry.toString());
    highest = number;
  }

  /** Judges an answer before its entries are taken in. */
  void judge(Command command, Decision decision, Facts facts) {
    String wanted = expected(command, facts);
    String got = shortForm(decision);
    LawBroken.unless(
        wanted.equals(got),
        Law.ANSWERS_ARE_RIGHT,
        command + " came to " + got + " instead of " + wanted);
  }

  private String expected(Command command, Facts facts) {
    if (command instanceof Command.Request request) {
      return expectedOfRequest(request);
    }
    if (command instanceof Command.Refresh refresh) {
      Row row = row(refresh.ticket());
      if (row == null || !row.held) {
        return "LOST";
      }
      if (row.token != refresh.token()) {
        return "WRONG_TOKEN";
      }
      return facts.now() + row.ttlNanos - row.until > 0 ? "Refreshed" : "nothing";
    }
    if (command instanceof Command.End end) {
      return row(end.ticket()) == null ? "nothing" : "Ended";
    }
    if (command instanceof Command.Dequeue dequeue) {
      Row row = row(dequeue.ticket());
      return row == null || row.held ? "nothing" : "Ended";
    }
    Command.Force force = (Command.Force) command;
    Row row = row(force.ticket());
    if (row == null) {
      return "UNKNOWN_TICKET";
    }
    return force.token() == (row.held ? row.token : 0) ? "Ended" : "WRONG_TOKEN";
  }

  private String expectedOfRequest(Command.Request request) {
    Row present = rowOf(request.id().hex());
    String claims = request.claims().toString();
    if (present != null) {
      return present.claims.equals(claims) ? "nothing" : "DIFFERENT_REQUEST";
    }
    if (request.heldBefore()) {
      return "LOST";
    }
    for (Row row : rows) {
      if (request.onlyIfFree() && BruteForce.conflict(row.claims, claims)) {
        return "BUSY";
      }
    }
    return "Waits";
  }

  private static String shortForm(Decision decision) {
    if (decision.refusal() != null) {
      return decision.refusal().name();
    }
    StringBuilder out = new StringBuilder();
    for (Entry entry : decision.entries()) {
      out.append(entry.getClass().getSimpleName());
    }
    return out.length() == 0 ? "nothing" : out.toString();
  }

  /** Judges the state after a transaction that has granted all it could. */
  void judgeState(LockTable table, Facts facts) {
    judgeFold(table);
    for (int i = 0; i < rows.size(); i++) {
      Row waiter = rows.get(i);
      if (!waiter.held && !facts.clientDead(waiter.request)) {
        LawBroken.unless(
            isRightlyWaiting(waiter, facts),
            Law.NO_WAITER_IS_FORGOTTEN,
            "ticket " + waiter.number + " waits for nobody");
      }
    }
  }

  private boolean isRightlyWaiting(Row waiter, Facts facts) {
    for (Row other : rows) {
      if (other.conflictsWith(waiter)) {
        boolean dead = facts.clientDead(other.request);
        boolean keptByWorker = other.run && facts.workerAlive(other.request);
        boolean blocks =
            other.held
                ? keptByWorker || (!dead && facts.now() - other.until < 0)
                : !dead && other.number < waiter.number;
        if (other != waiter && blocks) {
          return true;
        }
      }
    }
    return false;
  }

  void judgeFold(LockTable table) {
    StringBuilder mine = new StringBuilder();
    for (Row row : rows) {
      mine.append(row.number).append(' ').append(row.request).append(' ').append(row.claims);
      mine.append(row.held ? " " + row.token + " " + row.until : "").append('\n');
    }
    StringBuilder theirs = new StringBuilder();
    for (Ticket ticket : table.tickets()) {
      theirs.append(ticket.number()).append(' ').append(ticket.request()).append(' ');
      theirs.append(ticket.claims());
      Ticket.@Nullable Hold hold = ticket.hold();
      theirs.append(hold == null ? "" : " " + hold.token() + " " + hold.untilNanos());
      theirs.append('\n');
    }
    LawBroken.unless(
        mine.toString().contentEquals(theirs),
        Law.TABLE_IS_THE_FOLD,
        "the entries say\n" + mine + "the table says\n" + theirs);
  }
}
