package dev.lockbroker.core.journal;

import dev.lockbroker.core.journal.SimMutant.Edit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One rule of the protocol left out or broken each, and the laws by which that must be found. */
@SuppressWarnings({"ImmutableEnumChecker", "StringConcatToTextBlock"}) // nobody changes them
enum SimMutation {
  // The core: which file, and how it is written.
  NO_IDENTITY_OF_THE_FILE(
      Set.of(
          SimLaw.NO_FALSE_ALARM,
          SimLaw.I4_WHO_BELIEVES_HOLDS,
          SimLaw.V6_TOLD_IS_WRITTEN,
          SimLaw.V4_NO_END_WITHOUT_CAUSE),
      edit(
          "journal/JournalFile.java",
          "if (!current.headerLine().equals(excerpt.firstLine())) {",
          "if (false) {")),
  NO_IDENTITY_OF_THE_GUARD(
      Set.of(SimLaw.V7_A_FILE_IS_ITS_OWN, SimLaw.I5_EVERY_WAITER_IS_SERVED),
      edit("journal/JournalFile.java", "if (!directory.guardIsCurrent()) {", "if (false) {")),
  BOOT_IS_NOT_LOOKED_AT(
      Set.of(SimLaw.V7_A_FILE_IS_ITS_OWN, SimLaw.I5_EVERY_WAITER_IS_SERVED),
      edit(
          "journal/JournalFile.java",
          "if (!header.bootId().equals(host.bootId())) {\n      requireRebooted",
          "if (false) {\n      requireRebooted")),
  TORN_LINE_IS_NOT_CLOSED(
      Set.of(SimLaw.NO_FALSE_ALARM),
      edit(
          "journal/JournalView.java",
          "return (tailLength > 0 ? TORN + text : text)",
          "return text"),
      edit(
          "journal/JournalView.java",
          "int start = tailLength > 0 ? TORN.length() : 0;",
          "int start = 0;")),
  NEWLINE_COMPLETES_A_TORN_LINE(
      Set.of(SimLaw.NO_FALSE_ALARM),
      edit("journal/JournalView.java", "TORN = \"~\\n\"", "TORN = \"\\n\"")),
  UNFINISHED_LINE_IS_READ(
      Set.of(SimLaw.NO_FALSE_ALARM, SimLaw.V6_TOLD_IS_WRITTEN),
      edit(
          "journal/JournalView.java",
          "    tailLength = bytes.length - start;\n",
          "    if (start < bytes.length && bytes.length - start > 18) {\n"
              + "      takeLine(new String(bytes, start, bytes.length - start, StandardCharsets.ISO_8859_1));\n"
              + "    }\n    tailLength = bytes.length - start;\n")),
  ENTRIES_ONE_BY_ONE(
      Set.of(SimLaw.T7_ONE_LINE_FOR_ONE_TRANSACTION, SimLaw.T6_WHO_CAN_BE_GRANTED_IS),
      edit(
          "journal/JournalFile.java",
          "    directory.append(line, current.end());\n",
          "    if (entries.size() > 1) {\n"
              + "      for (Entry one : entries) {\n"
              + "        byte[] part = current.lineFor(List.of(one));\n"
              + "        directory.append(part, current.end());\n"
              + "        current.wrote(part, List.of(one));\n"
              + "      }\n      return;\n    }\n"
              + "    directory.append(line, current.end());\n")),
  TOLD_ALTHOUGH_NOT_WRITTEN(
      Set.of(SimLaw.V6_TOLD_IS_WRITTEN),
      edit(
          "journal/JournalFile.java",
          "    directory.append(line, current.end());\n    requireReadable(current, line);\n",
          "    try {\n      directory.append(line, current.end());\n"
              + "    } catch (IOException e) {\n      stamp = null;\n    }\n")),
  TABLE_IS_KEPT_AFTER_A_FAILED_WRITE(
      Set.of(
          SimLaw.NO_FALSE_ALARM,
          SimLaw.V6_TOLD_IS_WRITTEN,
          SimLaw.V2_NUMBERS_RISE,
          SimLaw.V3_NO_GRANT_PAST_AN_EARLIER_WAITER),
      edit(
          "journal/Arbiter.java",
          "      if (!done) {\n        file.forget();",
          "      if (false) {\n        file.forget();")),
  COUNTER_IS_LOST_BY_COMPACTION(
      Set.of(SimLaw.V2_NUMBERS_RISE, SimLaw.NO_FALSE_ALARM),
      edit(
          "journal/JournalFile.java",
          "long counter = Math.max(table.counter(), host.wallMicros());\n    adopt",
          "long counter = current.header().counter();\n    adopt")),
  COUNTER_IS_LOST_BY_DELETION(
      Set.of(SimLaw.V2_NUMBERS_RISE),
      edit(
          "journal/JournalFile.java",
          "Math.max(highestCounter + gap, host.wallMicros())",
          "1_000")),
  COMPACTION_DROPS_WAITERS(
      Set.of(SimLaw.V4_NO_END_WITHOUT_CAUSE),
      edit(
          "journal/JournalFile.java",
          "table.carryOver());",
          "LockTable.restored(counter, table.carryOver().stream().filter(e -> table.held().contains(table.ticket(e.ticket()))).toList()).carryOver());")),
  NONCE_IS_KEPT(
      Set.of(SimLaw.V7_A_FILE_IS_ITS_OWN),
      edit(
          "journal/JournalFile.java",
          "new JournalHeader(guardId, leeway.nonce(),",
          "new JournalHeader(guardId, \"0123456789abcdef\",")),
  LINE_GOES_TO_ANY_JOURNAL(
      Set.of(SimLaw.NO_FALSE_ALARM), EnumSet.of(SimFault.APPENDS_TO_WHAT_THE_PATH_NAMES)),
  REPLACEMENT_HAS_A_FIXED_NAME(
      Set.of(SimLaw.NO_FALSE_ALARM, SimLaw.V7_A_FILE_IS_ITS_OWN),
      EnumSet.of(SimFault.REPLACEMENT_HAS_A_FIXED_NAME)),
  NEITHER_GUARD_NOR_CHAIN(
      Set.of(
          SimLaw.NO_FALSE_ALARM,
          SimLaw.V1_LEASES_DO_NOT_CONFLICT,
          SimLaw.V7_A_FILE_IS_ITS_OWN,
          SimLaw.V2_NUMBERS_RISE,
          SimLaw.V6_TOLD_IS_WRITTEN,
          SimLaw.V4_NO_END_WITHOUT_CAUSE),
      EnumSet.of(SimFault.NO_GUARD),
      edit("journal/JournalView.java", "if (!line.startsWith(lastChecksum)) {", "if (false) {")),
  NO_GUARD_ACROSS_COMPACTION(
      Set.of(
          SimLaw.V7_A_FILE_IS_ITS_OWN,
          SimLaw.V6_TOLD_IS_WRITTEN,
          SimLaw.V4_NO_END_WITHOUT_CAUSE,
          SimLaw.T6_WHO_CAN_BE_GRANTED_IS,
          SimLaw.V2_NUMBERS_RISE,
          SimLaw.I4_WHO_BELIEVES_HOLDS),
      EnumSet.of(SimFault.NO_GUARD)),

  // The core: order and grants.
  EARLIER_WAITERS_ARE_PASSED(
      Set.of(SimLaw.V3_NO_GRANT_PAST_AN_EARLIER_WAITER),
      edit(
          "table/Contention.java",
          "        && !waiting.conflictBefore(ticket.number(), ticket.claims())) {",
          "        && free.values().stream().noneMatch(ticket::conflictsWith)) {"),
      edit("table/LockTable.java", "      requireNoEarlierWaiter(ticket, entry);\n", "")),
  LEASES_ARE_NOT_LOOKED_AT(
      Set.of(SimLaw.V1_LEASES_DO_NOT_CONFLICT),
      edit("table/Contention.java", "        && !held.conflictWith(ticket.claims())\n", ""),
      edit(
          "table/LockTable.java",
          "      requireNoConflictingLease(ticket, entry);\n      requireNoEarlierWaiter",
          "      requireNoEarlierWaiter"),
      edit(
          "table/LockTable.java",
          "      requireNoConflictingLease(ticket, entry);\n      hold(",
          "      hold(")),
  WHAT_ENDS_FREES_NOBODY(
      Set.of(SimLaw.T6_WHO_CAN_BE_GRANTED_IS),
      edit("table/Contention.java", "        freed.add(claim);\n", "")),
  ENDED_WAITERS_FREE_NOBODY(
      Set.of(SimLaw.T6_WHO_CAN_BE_GRANTED_IS),
      edit(
          "table/Contention.java",
          "      ticket = leaveQueue(number);\n    } else {",
          "      return leaveQueue(number);\n    } else {")),
  OBSTACLES_ARE_FORGOTTEN_TOO_EARLY(
      Set.of(SimLaw.I5_EVERY_WAITER_IS_SERVED),
      edit(
          "table/Contention.java",
          "        if (!waiting.conflictWith(lease.claims())) {",
          "        {")),
  ONLY_OWN_TICKETS_ARE_GRANTED(
      Set.of(SimLaw.T6_WHO_CAN_BE_GRANTED_IS),
      edit(
          "journal/Transaction.java",
          "      boolean actedFor = mine",
          "      if (!mine.contains(ticket.number()) && !party.actsFor(ticket)) {\n        continue;\n      }\n      boolean actedFor = mine")),
  ONLY_THE_FIRST_IS_GRANTED(
      Set.of(SimLaw.T6_WHO_CAN_BE_GRANTED_IS),
      edit(
          "journal/Transaction.java",
          "    for (Ticket ticket : grantable) {\n      boolean actedFor",
          "    for (Ticket ticket : grantable.subList(0, Math.min(1, grantable.size()))) {\n      boolean actedFor")),
  THE_DEAD_ARE_GRANTED(
      Set.of(SimLaw.T6_THE_DEAD_ARE_NOT_GRANTED),
      edit(
          "journal/Transaction.java",
          "while (endTheDead(grantable)) {",
          "while (grantable.contains(null)) {")),

  // The core: rules of life.
  TTL_ENDS_A_LIVE_WORKER(
      Set.of(SimLaw.V4_NO_END_WITHOUT_CAUSE, SimLaw.V8_REGISTERED_BEFORE_EXECUTED),
      edit(
          "journal/Reaper.java",
          "return lease.kind() == LeaseKind.LEASE || removeRun(lease, true);",
          "return true;")),
  WORKERS_ARE_NOT_JUDGED(
      Set.of(SimLaw.V4_NO_END_WITHOUT_CAUSE),
      edit("journal/Reaper.java", "if (anyAlive(lease, entries) || (violently", "if ((violently")),
  FOLDER_IS_REMOVED_LATE_OR_NEVER(
      Set.of(SimLaw.V8_REGISTERED_BEFORE_EXECUTED, SimLaw.V4_NO_END_WITHOUT_CAUSE),
      edit(
          "journal/Reaper.java",
          "    return directory.removeRun(RunFolder.of(lease));\n",
          "    return true;\n")),
  UNKNOWN_COUNTS_AS_DEAD(
      Set.of(SimLaw.V4_NO_END_WITHOUT_CAUSE),
      edit(
          "journal/Reaper.java",
          "if (processes.judge(worker) != Verdict.DEAD) {",
          "if (processes.judge(worker) == Verdict.ALIVE) {")),
  UNKNOWN_CLIENT_COUNTS_AS_DEAD(
      Set.of(SimLaw.V4_NO_END_WITHOUT_CAUSE),
      edit(
          "journal/Reaper.java",
          "return known == Verdict.DEAD;",
          "return known != Verdict.ALIVE;")),
  HEIRS_ARE_FORGOTTEN(
      Set.of(SimLaw.R6_HEIRS_KEEP_THE_LEASE),
      edit("journal/Reaper.java", "(violently && adoptDescendants(lease, entries))", "false")),
  RELEASED_OVER_A_LIVE_WORKER(
      Set.of(SimLaw.V8_REGISTERED_BEFORE_EXECUTED, SimLaw.V4_NO_END_WITHOUT_CAUSE),
      edit(
          "journal/Reaper.java",
          "return removeRun(ticket, reason == EndReason.DIED);",
          "return true;")),
  FOLDER_IS_MADE_BY_THE_WORKER(
      Set.of(SimLaw.I4_WHO_BELIEVES_HOLDS, SimLaw.I1_BELIEFS_DO_NOT_OVERLAP),
      EnumSet.of(SimFault.WORKER_MAKES_THE_FOLDER)),
  FOLDER_IS_OF_THE_REQUEST(
      Set.of(
          SimLaw.I4_WHO_BELIEVES_HOLDS,
          SimLaw.V4_NO_END_WITHOUT_CAUSE,
          SimLaw.V8_REGISTERED_BEFORE_EXECUTED),
      edit(
          "journal/RunFolder.java",
          "return request.hex() + '.' + ticket;",
          "return request.hex() + '.' + (ticket - ticket);")),
  LEASES_END_EARLY(
      Set.of(SimLaw.V4_NO_END_WITHOUT_CAUSE),
      edit(
          "journal/Reaper.java",
          "lease.isLapsed(nowNanos) ?",
          "lease.isLapsed(nowNanos + 1_000_000_000L) ?")),
  NO_TTL_AT_ALL(
      Set.of(SimLaw.I5_EVERY_WAITER_IS_SERVED),
      edit(
          "journal/Reaper.java",
          "lease.isLapsed(nowNanos) ?",
          "lease.isLapsed(nowNanos) && false ?")),
  LOST_HOLDERS_ARE_QUEUED_AGAIN(
      Set.of(SimLaw.C1_A_REQUEST_THAT_HELD_IS_NOT_ASKED_AGAIN),
      edit("table/LockTable.java", "if (request.heldBefore()) {", "if (false) {")),

  // Clients, brokers, and the machine.
  ACKNOWLEDGED_WITHOUT_WRITING(
      Set.of(SimLaw.V6_TOLD_IS_WRITTEN), EnumSet.of(SimFault.ACKNOWLEDGES_WITHOUT_WRITING)),
  TTL_COUNTED_FROM_RECEIPT(
      Set.of(SimLaw.I4_WHO_BELIEVES_HOLDS), EnumSet.of(SimFault.COUNTS_TTL_FROM_RECEIPT)),
  STREAM_IS_LISTENED_TO_AFTER_LEAVING(
      Set.of(
          SimLaw.I4_WHO_BELIEVES_HOLDS,
          SimLaw.V6_TOLD_IS_WRITTEN,
          SimLaw.I5_EVERY_WAITER_IS_SERVED),
      EnumSet.of(SimFault.LISTENS_TO_A_STREAM_IT_LEFT)),
  RESUMED_WITHOUT_LOOKING(
      Set.of(SimLaw.I4_WHO_BELIEVES_HOLDS), EnumSet.of(SimFault.RESUMES_WITHOUT_LOOKING)),
  ASKED_AGAIN_AFTER_HAVING_HELD(
      Set.of(SimLaw.C1_A_REQUEST_THAT_HELD_IS_NOT_ASKED_AGAIN),
      EnumSet.of(SimFault.ASKS_AGAIN_AFTER_IT_HELD)),
  WAITERS_OF_A_BROKEN_STREAM_ARE_CANCELLED(
      Set.of(SimLaw.V4_NO_END_WITHOUT_CAUSE),
      EnumSet.of(SimFault.CANCELS_WAITERS_OF_A_BROKEN_STREAM)),
  NEW_REQUEST_WHEN_LEAVING(
      Set.of(SimLaw.I3_FIRST_COME_FIRST_SERVED),
      EnumSet.of(SimFault.TAKES_A_NEW_REQUEST_WHEN_LEAVING)),
  BROKER_REFRESHES_BY_ITSELF(
      Set.of(SimLaw.C5_ONE_HEARTBEAT_ONE_REFRESH),
      EnumSet.of(SimFault.REFRESHES_WITHOUT_HEARTBEAT)),
  BROKER_DOES_NOT_POLL(
      Set.of(SimLaw.I5_EVERY_WAITER_IS_SERVED), EnumSet.of(SimFault.BROKER_DOES_NOT_POLL)),
  SILENT_BROKER_IS_NEVER_LEFT(
      Set.of(SimLaw.I5_EVERY_WAITER_IS_SERVED), EnumSet.of(SimFault.NEVER_LEAVES_A_SILENT_BROKER)),
  REGISTERED_AFTER_THE_START(
      Set.of(
          SimLaw.V4_NO_END_WITHOUT_CAUSE,
          SimLaw.I4_WHO_BELIEVES_HOLDS,
          SimLaw.I1_BELIEFS_DO_NOT_OVERLAP),
      EnumSet.of(SimFault.WRAPPER_REGISTERS_AFTER_THE_START)),
  LIVE_JUDGED_DEAD(Set.of(SimLaw.V4_NO_END_WITHOUT_CAUSE), EnumSet.of(SimFault.LIVE_JUDGED_DEAD)),
  DEAD_JUDGED_ALIVE(
      Set.of(SimLaw.I5_EVERY_WAITER_IS_SERVED, SimLaw.T6_THE_DEAD_ARE_NOT_GRANTED),
      EnumSet.of(SimFault.DEAD_JUDGED_ALIVE));

  final Set<SimLaw> laws;
  final Set<SimFault> faults;
  final List<Edit> edits;

  SimMutation(Set<SimLaw> laws, Edit... edits) {
    this(laws, EnumSet.noneOf(SimFault.class), edits);
  }

  SimMutation(Set<SimLaw> laws, Set<SimFault> faults, Edit... edits) {
    this.laws = laws;
    this.faults = faults;
    this.edits = List.of(edits);
  }

  private static Edit edit(String file, String from, String to) {
    return new Edit(file, from, to);
  }
}
