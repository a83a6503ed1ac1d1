package dev.lockbroker.core.git;

import dev.lockbroker.core.git.Leftover.Kind;
import dev.lockbroker.core.process.ProcessSight;
import dev.lockbroker.core.process.ProcessSurvey;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a lock was made by the dead lease and can be in nobody's use any more. All clauses are
 * needed: made during the lease, by its user, where nobody else may write, with nobody left of its
 * processes, no living git that could have made it, and nobody who has it open.
 *
 * <p>Used for one clearing, while the journal's guard is held: the processes are looked at once,
 * and only if a file passes everything that is cheaper.
 */
final class Proof {
  /** Process start is told in whole seconds of a clock that is set by hand. */
  private static final long START_GRAIN_NANOS = 3_000_000_000L;

  private final Case of;
  private final ProcessSurvey survey;
  private final Layout layout;
  private final Map<Path, Long> openers = new HashMap<>();
  private @Nullable GitProcesses living;
  private @Nullable Doubt general;

  Proof(Case of, ProcessSurvey survey, Layout layout) {
    this.of = of;
    this.survey = survey;
    this.layout = layout;
  }

  /**
   * The dead lease, as far as the proof needs it.
   *
   * @param lifetime from its grant to its end
   * @param isBirthTold whether the file system tells when files were made
   * @param claims what it held
   * @param uid the user of its client
   * @param others other leases that were held when it ended, and still are
   * @param survivors what is known against it whatever the file: living processes of its own, or an
   *     end that proves nothing; null if nothing is
   */
  record Case(
      Lifetime lifetime,
      boolean isBirthTold,
      Claims claims,
      long uid,
      Set<Long> others,
      @Nullable Doubt survivors) {

    boolean hasWhole() {
      return holds("/");
    }

    boolean holdsTree(String id) {
      try {
        return holds("/worktree/" + id);
      } catch (IllegalArgumentException e) {
        return false; // no scope can name it
      }
    }

    private boolean holds(String scope) {
      return claims.cover(Claims.of(LockMode.EXCLUSIVE, new Scope(scope)));
    }

    /** Whether it claimed anything that is written by git. */
    boolean isAboutGit() {
      return claims.list().stream()
          .anyMatch(
              claim ->
                  claim.mode() == LockMode.EXCLUSIVE
                      && !claim.scope().path().startsWith("/name/")
                      && !claim.scope().path().equals("/name"));
    }
  }

  /** Why each of these must stay for now; null where all is proved. In the order given. */
  Map<Leftover, Optional<Doubt>> examine(List<Leftover> leftovers) {
    Map<Leftover, Optional<Doubt>> result = new java.util.LinkedHashMap<>();
    Set<Path> candidates = new HashSet<>();
    for (Leftover leftover : leftovers) {
      Doubt doubt = fromFile(leftover);
      result.put(leftover, Optional.ofNullable(doubt));
      if (doubt == null) {
        candidates.add(leftover.file());
      }
    }
    if (candidates.isEmpty()) {
      return result;
    }
    lookAtProcesses(candidates);
    result.replaceAll(
        (leftover, doubt) ->
            doubt.isPresent() ? doubt : Optional.ofNullable(fromProcesses(leftover)));
    Set<String> staying = new HashSet<>();
    result.forEach(
        (leftover, doubt) -> {
          if (doubt.isPresent()) {
            staying.add(leftover.relative());
          }
        });
    result.replaceAll(
        (leftover, doubt) ->
            leftover.kind() == Kind.PACKED_NEW && staying.contains("packed-refs.lock")
                ? Optional.of(Doubt.passing("packed-refs.lock has to stay"))
                : doubt);
    return result;
  }

  private @Nullable Doubt fromFile(Leftover leftover) {
    if (!leftover.isPlain()) {
      return Doubt.lasting("it is no regular file");
    }
    if (!of.isBirthTold()) {
      return Doubt.lasting("this file system does not tell when a file was made");
    }
    if (!of.lifetime().contains(leftover.bornNanos())) {
      return Doubt.lasting("it was not made during that lease; nobody knows by whom");
    }
    if (leftover.uid() != of.uid()) {
      return Doubt.lasting("it belongs to another user");
    }
    Tree tree = leftover.tree();
    if (tree != null && !of.holdsTree(tree.id())) {
      return Doubt.lasting("that lease did not have this working tree to itself");
    }
    if (tree == null && !of.hasWhole()) {
      if (!of.isAboutGit()) {
        return Doubt.lasting("that lease was not about git's files");
      }
      if (!of.others().isEmpty()) {
        return Doubt.passing("other leases are held that may have made it");
      }
    }
    return of.survivors();
  }

  private void lookAtProcesses(Set<Path> candidates) {
    try {
      if (!survey.seesEveryProcess()) {
        general = Doubt.passing("not every process can be seen from here");
        return;
      }
      living = GitProcesses.look(survey, layout);
      openers.putAll(survey.openers(candidates));
    } catch (IOException e) {
      general = Doubt.passing("the processes could not all be looked at");
    }
  }

  private @Nullable Doubt fromProcesses(Leftover leftover) {
    GitProcesses seen = living;
    if (general != null || seen == null) {
      return general;
    }
    List<ProcessSight> suspects = seen.suspectsOf(leftover);
    if (!suspects.isEmpty()) {
      ProcessSight first = suspects.get(0);
      return Doubt.passing("pid " + first.pid() + " '" + first.shown() + "' may have made it");
    }
    Long opener = openers.get(leftover.file());
    if (opener != null) {
      return Doubt.passing("pid " + opener + " has it open");
    }
    return leftover.kind() == Kind.GC_PID ? fromItsMaker(leftover) : null;
  }

  /** {@code gc.pid} names its maker: a number and a machine. */
  private @Nullable Doubt fromItsMaker(Leftover leftover) {
    String[] words = Layout.firstLine(leftover.file()).split(" ", 2);
    String here = Layout.firstLine(Path.of("/proc/sys/kernel/hostname"));
    if (words.length < 2 || !words[1].equals(here) || !words[0].matches("\\d{1,10}")) {
      return Doubt.lasting("it names a process of another machine");
    }
    try {
      Optional<Long> started = survey.startedAtSeconds(Long.parseLong(words[0]));
      boolean isLater =
          started.isPresent()
              && started.get() * 1_000_000_000L - leftover.changedNanos() > START_GRAIN_NANOS;
      return started.isEmpty() || isLater
          ? null
          : Doubt.passing("the process that it names, pid " + words[0] + ", lives");
    } catch (IOException e) {
      return Doubt.passing("the process that it names cannot be looked at");
    }
  }
}
