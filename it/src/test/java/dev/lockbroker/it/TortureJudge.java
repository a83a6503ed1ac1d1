package dev.lockbroker.it;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Judges a torture after its end: commits, beliefs, tokens, what is left. Not thread-safe. */
final class TortureJudge {
  private static final long BELIEF_NANOS = 60_000_000_000L;

  /**
   * Commit starts maintenance and does not care how that ends. If only maintenance was killed, the
   * lease ends as any other, and this stays; it keeps nobody but later maintenance from working.
   */
  private static final String MAINTENANCE = "objects/maintenance.lock";

  private final Sandbox box;
  private final TortureField field;
  private final TortureSlots slots;
  private final Journal journal;
  private final TortureEvents events;

  TortureJudge(
      Sandbox box, TortureField field, TortureSlots slots, Journal journal, TortureEvents events) {
    this.box = box;
    this.field = field;
    this.slots = slots;
    this.journal = journal;
    this.events = events;
  }

  /** What must not be; empty if all is well. All processes have ended. */
  List<String> violations() throws Exception {
    List<String> violations = new ArrayList<>(events.overlaps());
    judgeCommits(violations);
    judgeBeliefs(violations);
    judgeFenced(violations);
    judgeRest(violations);
    return violations;
  }

  private void judgeCommits(List<String> violations) throws Exception {
    Map<String, Set<String>> there = new HashMap<>();
    for (String branch : TortureField.TREES) {
      violations.addAll(field.repo().wrongCommits(branch));
      List<String> paths =
          field.repo().git("log", "--format=%s", "base.." + branch).lines().toList();
      there.put(branch, new HashSet<>(paths));
      if (new HashSet<>(paths).size() != paths.size()) {
        violations.add("a file was committed twice in " + branch);
      }
    }
    Set<String> rounds = new HashSet<>();
    for (TortureEvents.Ack ack : events.acks()) {
      rounds.add(ack.round());
      if (!there.getOrDefault(ack.branch(), Set.of()).contains(ack.path())) {
        violations.add("acknowledged but not there: " + ack);
      }
    }
    for (String round : slots.acknowledged()) {
      if (!rounds.contains(round)) {
        violations.add("lockctl ended with 0 but nothing was committed in round " + round);
      }
    }
    for (String round : slots.refused()) {
      if (events.hasBegun(round)) {
        violations.add("lockctl said that it had not got the lock, but ran round " + round);
      }
    }
  }

  /** Nobody believes to hold when a later one was granted already. */
  private void judgeBeliefs(List<String> violations) throws Exception {
    TreeMap<Long, Journal.Grant> byToken = new TreeMap<>();
    Map<Long, Journal.Wait> waits = new HashMap<>();
    for (Journal.Wait wait : journal.requests()) {
      waits.put(wait.ticket(), wait);
    }
    for (Journal.Grant grant : journal.grants()) {
      byToken.put(grant.token(), grant);
    }
    for (TortureEvents.Belief belief : events.beliefs()) {
      Journal.Grant mine = byToken.get(belief.token());
      Journal.Wait wait = mine == null ? null : waits.get(mine.ticket());
      if (mine == null || wait == null) {
        violations.add("a token that was never granted: " + belief);
        continue;
      }
      for (Journal.Grant later : byToken.tailMap(belief.token(), false).values()) {
        Journal.Wait its = waits.get(later.ticket());
        if (later.sinceNanos() > belief.nanos() + BELIEF_NANOS) {
          break;
        }
        if (its != null && Journal.conflict(wait, its) && later.sinceNanos() <= belief.nanos()) {
          violations.add("believed to hold after the grant of " + later + ": " + belief);
        }
      }
    }
  }

  private void judgeFenced(List<String> violations) throws IOException {
    long last = 0;
    for (String line :
        Files.exists(field.fenced()) ? Files.readAllLines(field.fenced()) : List.<String>of()) {
      long token = Long.parseLong(line.split(" ", -1)[0]);
      if (token < last) {
        violations.add("the fenced store went down: " + token + " after " + last);
      }
      last = token;
    }
  }

  private void judgeRest(List<String> violations) throws Exception {
    if (!journal.held().isEmpty() || !journal.waiting().isEmpty()) {
      violations.add("tickets left: " + journal.held() + " and waiting " + journal.waiting());
    }
    try {
      field.repo().requireSound(MAINTENANCE);
    } catch (AssertionError e) {
      violations.add(String.valueOf(e.getMessage()));
    }
    List<String> left = box.processes().stream().map(Os::describe).toList();
    if (!left.isEmpty()) {
      violations.add("processes left: " + left);
    }
  }
}
