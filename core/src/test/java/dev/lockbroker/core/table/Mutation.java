package dev.lockbroker.core.table;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The rules with one fault each, and the law that must be found broken. */
@SuppressWarnings("ImmutableEnumChecker") // Rules have no state
enum Mutation {
  BARGE_PAST_EARLIER_WAITERS(
      Law.V3_FIRST_COME_FIRST_SERVED,
      new Rules() {
        @Override
        List<Ticket> grantable(LockTable table) {
          return byRule(table, BruteForce::conflict, false, true);
        }
      }),
  LOOK_ONLY_AT_EARLIER_WAITERS(
      Law.V1_LEASES_DO_NOT_CONFLICT,
      new Rules() {
        @Override
        List<Ticket> grantable(LockTable table) {
          return byRule(table, BruteForce::conflict, true, false);
        }
      }),
  LAST_COME_FIRST_SERVED(
      Law.V3_FIRST_COME_FIRST_SERVED,
      new Rules() {
        @Override
        List<Ticket> grantable(LockTable table) {
          List<Ticket> waiting = new ArrayList<>(table.waiting());
          Collections.reverse(waiting);
          for (Ticket ticket : waiting) {
            if (!conflictsWithAny(ticket, table.held(), BruteForce::conflict)) {
              return List.of(ticket);
            }
          }
          return List.of();
        }
      }),
  ONLY_THE_HEAD_IS_GRANTED(
      Law.NO_WAITER_IS_FORGOTTEN,
      new Rules() {
        @Override
        List<Ticket> grantable(LockTable table) {
          List<Ticket> free = table.grantable();
          return free.isEmpty() || !free.get(0).equals(table.waiting().iterator().next())
              ? List.of()
              : free.subList(0, 1);
        }
      }),
  WRITERS_SHARE(
      Law.V1_LEASES_DO_NOT_CONFLICT,
      new Rules() {
        @Override
        List<Ticket> grantable(LockTable table) {
          return byRule(table, Mutation::withoutModes, true, true);
        }
      }),
  READERS_EXCLUDE_EACH_OTHER(
      Law.NO_WAITER_IS_FORGOTTEN,
      new Rules() {
        @Override
        List<Ticket> grantable(LockTable table) {
          BiPredicate<String, String> always =
              (one, other) -> BruteForce.conflict(one.replace("S:", "X:"), other);
          return byRule(table, always, true, true);
        }
      }),
  SCOPES_COMPARED_AS_STRINGS(
      Law.NO_WAITER_IS_FORGOTTEN,
      new Rules() {
        @Override
        List<Ticket> grantable(LockTable table) {
          BiPredicate<String, String> prefix =
              (one, other) ->
                  BruteForce.conflict(one, other)
                      || (!one.contains(",") && (other.startsWith(one) || one.startsWith(other)));
          return byRule(table, prefix, true, true);
        }
      }),
  ONLY_ANCESTORS_ARE_LOOKED_AT(
      Law.V1_LEASES_DO_NOT_CONFLICT,
      new Rules() {
        @Override
        List<Ticket> grantable(LockTable table) {
          BiPredicate<String, String> upwards =
              (one, other) -> BruteForce.conflict(one, other) && other.length() <= one.length();
          return byRule(table, upwards, true, true);
        }
      }),
  ONLY_THE_FIRST_CLAIM_COUNTS(
      Law.V1_LEASES_DO_NOT_CONFLICT,
      new Rules() {
        @Override
        List<Ticket> grantable(LockTable table) {
          BiPredicate<String, String> first =
              (one, other) -> BruteForce.conflict(one.split(",", -1)[0], other.split(",", -1)[0]);
          return byRule(table, first, true, true);
        }
      }),
  GRANT_TO_A_TICKET_THAT_JUST_ENDED(
      Law.ONLY_WAITERS_ARE_GRANTED,
      new Rules() {
        @Override
        Entry.Granted grant(LockTable table, Ticket ticket, long nowNanos) {
          Entry.Granted right = super.grant(table, ticket, nowNanos);
          boolean first = table.ticket(1) == null && ticket.number() > 1;
          return first
              ? new Entry.Granted(1, right.token(), right.untilNanos(), right.sinceNanos())
              : right;
        }
      }),
  A_LEASE_IS_TAKEN_OUT_OF_THE_QUEUE(
      Law.ANSWERS_ARE_RIGHT,
      new Rules() {
        @Override
        Decision decide(LockTable table, Command command, long nowNanos) {
          return command instanceof Command.Dequeue dequeue
              ? super.decide(
                  table, new Command.End(dequeue.ticket(), EndReason.CANCELLED), nowNanos)
              : super.decide(table, command, nowNanos);
        }
      }),
  A_NUMBER_IS_USED_AGAIN_AFTER_ITS_END(
      Law.V2_NUMBERS_RISE,
      new Rules() {
        @Override
        Decision decide(LockTable table, Command command, long nowNanos) {
          Decision right = super.decide(table, command, nowNanos);
          return rewritten(
              right, entry -> entry instanceof Entry.Waits w ? smallest(table, w) : entry);
        }

        private Entry smallest(LockTable table, Entry.Waits w) {
          long number = 1;
          while (table.ticket(number) != null) {
            number++;
          }
          return withNumber(w, number);
        }
      }),
  THE_TOKEN_IS_THE_TICKET_NUMBER(
      Law.V2_NUMBERS_RISE,
      new Rules() {
        @Override
        Entry.Granted grant(LockTable table, Ticket ticket, long nowNanos) {
          Entry.Granted right = super.grant(table, ticket, nowNanos);
          return new Entry.Granted(
              right.ticket(), ticket.number(), right.untilNanos(), right.sinceNanos());
        }
      }),
  A_GRANT_LASTS_LONGER_THAN_THE_TTL(
      Law.V5_UNTIL_NEVER_FALLS,
      new Rules() {
        @Override
        Entry.Granted grant(LockTable table, Ticket ticket, long nowNanos) {
          return table.grant(ticket, nowNanos, 10 * ticket.ttlNanos());
        }
      }),
  A_REFRESH_SHORTENS(
      Law.V5_UNTIL_NEVER_FALLS,
      new Rules() {
        @Override
        Decision decide(LockTable table, Command command, long nowNanos) {
          Decision right = super.decide(table, command, nowNanos);
          return rewritten(
              right,
              entry ->
                  entry instanceof Entry.Refreshed r
                      ? new Entry.Refreshed(r.ticket(), nowNanos)
                      : entry);
        }
      }),
  A_REFRESH_IS_ACKNOWLEDGED_BUT_NOT_WRITTEN(
      Law.ANSWERS_ARE_RIGHT,
      new Rules() {
        @Override
        Decision decide(LockTable table, Command command, long nowNanos) {
          Decision right = super.decide(table, command, nowNanos);
          return command instanceof Command.Refresh && right.refusal() == null
              ? Decision.NOTHING
              : right;
        }
      }),
  A_REFRESH_WITH_AN_OLD_TOKEN_IS_TAKEN(
      Law.ANSWERS_ARE_RIGHT,
      new Rules() {
        @Override
        Decision decide(LockTable table, Command command, long nowNanos) {
          Decision right = super.decide(table, command, nowNanos);
          return command instanceof Command.Refresh && right.refusal() == Refusal.WRONG_TOKEN
              ? Decision.NOTHING
              : right;
        }
      }),
  AN_END_REMOVES_ANOTHER_TICKET(
      Law.TABLE_IS_THE_FOLD,
      new Rules() {
        @Override
        void apply(LockTable table, Entry entry) {
          if (entry instanceof Entry.Ended ended) {
            long last = table.tickets().get(table.tickets().size() - 1).number();
            super.apply(table, new Entry.Ended(last, ended.reason()));
          } else {
            super.apply(table, entry);
          }
        }
      }),
  A_CANCELLED_TICKET_STAYS_IN_THE_QUEUE(
      Law.TABLE_IS_THE_FOLD,
      new Rules() {
        @Override
        void apply(LockTable table, Entry entry) {
          if (!(entry instanceof Entry.Ended ended && ended.reason() == EndReason.CANCELLED)) {
            super.apply(table, entry);
          }
        }
      }),
  A_LAPSED_LEASE_NEVER_ENDS(
      Law.NO_WAITER_IS_FORGOTTEN,
      new Rules() {
        @Override
        @Nullable EndReason reap(Ticket lease, long now, boolean clientDead, boolean workerAlive) {
          EndReason right = super.reap(lease, now, clientDead, workerAlive);
          return right == EndReason.EXPIRED ? null : right;
        }
      }),
  A_LEASE_ENDS_ONE_TICK_EARLY(
      Law.V4_NO_END_WITHOUT_CAUSE,
      new Rules() {
        @Override
        @Nullable EndReason reap(Ticket lease, long now, boolean clientDead, boolean workerAlive) {
          return super.reap(lease, now + Samples.MS, clientDead, workerAlive);
        }
      }),
  A_DEAD_HOLDER_KEEPS_ITS_LEASE(
      Law.NO_WAITER_IS_FORGOTTEN,
      new Rules() {
        @Override
        @Nullable EndReason reap(Ticket lease, long now, boolean clientDead, boolean workerAlive) {
          return super.reap(lease, now, false, workerAlive);
        }
      }),
  THE_TTL_ENDS_A_LIVE_WORKER(
      Law.V4_NO_END_WITHOUT_CAUSE,
      new Rules() {
        @Override
        @Nullable EndReason reap(Ticket lease, long now, boolean clientDead, boolean workerAlive) {
          return super.reap(lease, now, clientDead, workerAlive && clientDead);
        }
      }),
  THE_WRAPPERS_DEATH_ENDS_A_LIVE_WORKER(
      Law.V4_NO_END_WITHOUT_CAUSE,
      new Rules() {
        @Override
        @Nullable EndReason reap(Ticket lease, long now, boolean clientDead, boolean workerAlive) {
          return super.reap(lease, now, clientDead, workerAlive && !clientDead);
        }
      }),
  RELEASED_WHILE_THE_WORKER_LIVES(
      Law.V4_NO_END_WITHOUT_CAUSE,
      new Rules() {
        @Override
        boolean mayRelease(Ticket ticket, boolean workerAlive) {
          return true;
        }
      }),
  DEAD_WAITERS_STAY(
      Law.NO_WAITER_IS_FORGOTTEN,
      new Rules() {
        @Override
        boolean mayEndWaiter(boolean clientDead) {
          return false;
        }
      }),
  SILENT_WAITERS_ARE_ENDED(
      Law.V4_NO_END_WITHOUT_CAUSE,
      new Rules() {
        @Override
        boolean mayEndWaiter(boolean clientDead) {
          return true;
        }
      }),
  OBSTACLES_OF_WAITERS_ARE_NOT_LOOKED_AT(
      Law.NO_WAITER_IS_FORGOTTEN,
      new Rules() {
        @Override
        List<Ticket> obstacles(LockTable table, List<Claims> asked) {
          return List.of();
        }
      }),
  FORCE_WITHOUT_THE_TOKEN(
      Law.ANSWERS_ARE_RIGHT,
      new Rules() {
        @Override
        Decision decide(LockTable table, Command command, long nowNanos) {
          Decision right = super.decide(table, command, nowNanos);
          return right.refusal() == Refusal.WRONG_TOKEN && command instanceof Command.Force force
              ? Decision.write(new Entry.Ended(force.ticket(), EndReason.FORCED))
              : right;
        }
      }),
  ASKING_AGAIN_MAKES_A_SECOND_TICKET(
      Law.ANSWERS_ARE_RIGHT,
      new Rules() {
        @Override
        Decision decide(LockTable table, Command command, long nowNanos) {
          Decision right = super.decide(table, command, nowNanos);
          if (command instanceof Command.Request r && table.ticket(r.id()) != null) {
            RequestId unused = Samples.id(999_999);
            Decision other = super.decide(table, withId(r, unused), nowNanos);
            return rewritten(other, entry -> withRequest((Entry.Waits) entry, r.id()));
          }
          return right;
        }
      }),
  EVERY_TICKET_IS_WRITTEN_TWICE(
      Law.ONE_TICKET_PER_REQUEST,
      new Rules() {
        @Override
        List<Entry> written(LockTable table, Entry entry) {
          return entry instanceof Entry.Waits w
              ? List.of(w, withNumber(w, w.ticket() + 1))
              : List.of(entry);
        }
      }),
  A_LOST_HOLDER_IS_QUEUED_AGAIN(
      Law.ANSWERS_ARE_RIGHT,
      new Rules() {
        @Override
        Decision decide(LockTable table, Command command, long nowNanos) {
          return command instanceof Command.Request r
              ? super.decide(table, with(r, false, r.onlyIfFree()), nowNanos)
              : super.decide(table, command, nowNanos);
        }
      }),
  AN_ATTEMPT_QUEUES(
      Law.ANSWERS_ARE_RIGHT,
      new Rules() {
        @Override
        Decision decide(LockTable table, Command command, long nowNanos) {
          return command instanceof Command.Request r
              ? super.decide(table, with(r, r.heldBefore(), false), nowNanos)
              : super.decide(table, command, nowNanos);
        }
      }),
  THE_RESTORED_TABLE_LOSES_THE_COUNTER(
      Law.V2_NUMBERS_RISE,
      new Rules() {
        @Override
        LockTable restored(long counter, List<Entry> carried) {
          long used = 0;
          for (Entry entry : carried) {
            used = Math.max(used, entry.ticket());
            used = entry instanceof Entry.Carried c ? Math.max(used, c.token()) : used;
          }
          return super.restored(used, carried);
        }
      }),
  THE_RESTORED_TABLE_LOSES_A_WAITER(
      Law.TABLE_IS_THE_FOLD,
      new Rules() {
        @Override
        LockTable restored(long counter, List<Entry> carried) {
          int last = carried.size() - 1;
          boolean waits = last > 0 && carried.get(last) instanceof Entry.Waits;
          return super.restored(counter, waits ? carried.subList(0, last) : carried);
        }
      }),
  THE_RESTORED_TABLE_FORGETS_WHO_HOLDS(
      Law.ONLY_WAITERS_ARE_GRANTED,
      new Rules() {
        @Override
        LockTable restored(long counter, List<Entry> carried) {
          List<Entry> waits = new ArrayList<>(carried);
          waits.removeIf(entry -> entry instanceof Entry.Carried);
          return super.restored(counter, waits);
        }
      });

  final Law law;
  final Rules rules;

  Mutation(Law law, Rules rules) {
    this.law = law;
    this.rules = rules;
  }

  private interface Rewrite {
    Entry of(Entry entry);
  }

  private static Decision rewritten(Decision decision, Rewrite rewrite) {
    List<Entry> entries = new ArrayList<>();
    for (Entry entry : decision.entries()) {
      entries.add(rewrite.of(entry));
    }
    return new Decision(entries, decision.refusal());
  }

  private static Entry withRequest(Entry.Waits w, RequestId id) {
    return new Entry.Waits(
        w.ticket(),
        id,
        w.claims(),
        w.client(),
        w.ttlMillis(),
        w.kind(),
        w.sinceNanos(),
        w.label(),
        w.inside());
  }

  private static Command.Request withId(Command.Request r, RequestId id) {
    return new Command.Request(
        id,
        r.claims(),
        r.client(),
        r.ttlMillis(),
        r.kind(),
        r.label(),
        r.heldBefore(),
        r.onlyIfFree());
  }

  private static Entry withNumber(Entry.Waits w, long number) {
    return new Entry.Waits(
        number,
        w.request(),
        w.claims(),
        w.client(),
        w.ttlMillis(),
        w.kind(),
        w.sinceNanos(),
        w.label(),
        w.inside());
  }

  private static Command.Request with(Command.Request r, boolean heldBefore, boolean onlyIfFree) {
    return new Command.Request(
        r.id(), r.claims(), r.client(), r.ttlMillis(), r.kind(), r.label(), heldBefore, onlyIfFree);
  }

  private static boolean withoutModes(String one, String other) {
    return !(one.contains("X:") && other.contains("X:")) && BruteForce.conflict(one, other);
  }

  /** The rule of granting with its parts to be taken out. */
  private static List<Ticket> byRule(
      LockTable table, BiPredicate<String, String> conflict, boolean waiters, boolean leases) {
    List<Ticket> before = new ArrayList<>(leases ? table.held() : List.of());
    List<Ticket> free = new ArrayList<>();
    for (Ticket ticket : table.waiting()) {
      boolean blocked = conflictsWithAny(ticket, before, conflict);
      if (!blocked) {
        free.add(ticket);
      }
      if (waiters || !blocked) {
        before.add(ticket);
      }
    }
    return free;
  }

  private static boolean conflictsWithAny(
      Ticket ticket, Iterable<Ticket> others, BiPredicate<String, String> conflict) {
    for (Ticket other : others) {
      if (conflict.test(ticket.claims().toString(), other.claims().toString())) {
        return true;
      }
    }
    return false;
  }
}
