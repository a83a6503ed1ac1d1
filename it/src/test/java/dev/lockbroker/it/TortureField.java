package dev.lockbroker.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the torture happens: a repository with two linked worktrees, and the scripts that work in
 * it. They know nothing of the product.
 *
 * <p>Each stay in a critical section takes the system's own lock ({@code flock}) on one file for
 * each working tree that it was granted, shared or exclusive as it was granted, and must get it at
 * once. Git and its hooks inherit the open file, so only the death of all of them lets it go. What
 * happens is written to one file of events, each with one write:
 *
 * <pre>
 * B round time leaves        begins            E round time status   ends
 * A round branch path oid    commit acknowledged
 * C round leaf pid round …   met a living process of another stay
 * D round leaf               met one that was dying: dead for git, its files not closed yet
 * X round words              something that must never be
 * S round path               removed a git lock left behind
 * </pre>
 */
final class TortureField {
  /** How a working tree is called in events: also the name of its branch. */
  static final List<String> TREES = List.of("main", "wt1", "wt2");

  private static final String SECTION =
      """
      #!/bin/sh
      # section commit|all|only|read "x:main s:wt1 …" <path of the new file> <branch>
      W=$TORTURE round=$TORTURE_ROUND file=$3 branch=$4
      say() { echo "$*" >>"$W/events"; }
      meet() {
        living=
        for link in $(find /proc/[0-9]*/fd -lname "$W/leaf/$1" 2>/dev/null); do
          pid=${link#/proc/} pid=${pid%%/*}
          words=$(tr '\\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-60 | tr ' ' '_')
          other=$(tr '\\0' '\\n' <"/proc/$pid/environ" 2>/dev/null | sed -n 's/^TORTURE_ROUND=//p')
          [ -z "$other" ] || [ "$other" = "$round" ] || living="$living $other=$pid=$words"
        done
        if [ -n "$living" ]; then say "C $round $1$living"; else say "D $round $1"; fi
        flock -w 20 "-$2" "$3" || say "X $round $1 is still locked 20 s later"
      }
      fd=3
      for leaf in $2; do
        eval "exec $fd>>\\"\\$W/leaf/\\${leaf#*:}\\""
        flock -n "-${leaf%%:*}" $fd || meet "${leaf#*:}" "${leaf%%:*}" $fd
        fd=$((fd+1))
      done
      say "B $round $(date +%s%N) $2"
      before=$(git rev-parse HEAD)
      status=0
      case $1 in
      commit | all | only)
        set -- "$1"
        [ "$1" != all ] || set -- "$1" -a
        [ "$1" != only ] || set -- "$1" -- "$file"
        shift
        if [ -n "$TORTURE_TIDY" ]; then
          for lock in $(git rev-parse --git-dir)/*.lock "$(git rev-parse --git-common-dir)/refs/heads/$branch.lock"; do
            [ ! -e "$lock" ] || { rm -f "$lock" && say "S $round $lock"; }
          done
        fi
        {
          # What somebody who was killed had staged is not ours.
          { git diff --cached --quiet || git reset -q; } &&
          mkdir -p "${file%/*}" && echo "$file" >"$file" && git add -- "$file" &&
          git commit -q -m "$file" "$@"
        } 2>"$W/err/$round" || status=$?
        if [ $status = 0 ]; then
          after=$(git rev-parse HEAD)
          say "A $round $branch $file ${after:--}"
          parent=$(git rev-parse "$after^")
          [ -z "$before" ] || [ -z "$after" ] || [ -z "$parent" ] || [ "$parent" = "$before" ] ||
            say "X $round committed on $parent though it began on $before"
          rm -f "$W/err/$round"
        fi
        ;;
      read)
        git log -1 --format=%s >/dev/null && GIT_OPTIONAL_LOCKS=0 git status --porcelain >/dev/null || status=$?
        [ -z "$TORTURE_HOOK" ] || sleep "$TORTURE_HOOK"
        after=$(git rev-parse HEAD)
        [ -z "$before" ] || [ -z "$after" ] || [ "$before" = "$after" ] ||
          say "X $round read $after though it began on $before"
        ;;
      esac
      say "E $round $(date +%s%N) $status"
      exit $status
      """;

  private static final String HOOK = "[ -z \"$TORTURE_HOOK\" ] || exec sleep \"$TORTURE_HOOK\"";

  /** Appends a token unless a higher one is there: a store that checks fencing tokens. */
  private static final String FENCED =
      """
      #!/bin/sh
      # fence <token> <round>
      exec 3>>"$TORTURE/fenced.lock"
      flock 3
      last=$(tail -n 1 "$TORTURE/fenced" 2>/dev/null)
      last=${last%% *}
      [ "${last:-0}" -le "$1" ] || exit 9
      echo "$1 $2" >>"$TORTURE/fenced"
      """;

  private final Path folder;
  private final Repo repo;
  private final Map<String, Path> trees = new LinkedHashMap<>();

  private TortureField(Path folder, Repo repo) {
    this.folder = folder;
    this.repo = repo;
  }

  static TortureField create(Sandbox box) throws Exception {
    TortureField field = new TortureField(box.folder("torture"), box.repo("repo"));
    field.trees.put("main", field.repo.path());
    field.repo.hook("pre-commit", HOOK);
    for (String name : List.of("wt1", "wt2")) {
      field.trees.put(name, field.repo.worktree(name));
    }
    for (String name : List.of("leaf", "err")) {
      Files.createDirectories(field.folder.resolve(name));
    }
    Files.writeString(field.folder.resolve("section"), SECTION);
    Files.writeString(field.folder.resolve("fence"), FENCED);
    Files.createFile(field.events());
    return field;
  }

  /** For the environment, as {@code TORTURE}. */
  Path folder() {
    return folder;
  }

  Path events() {
    return folder.resolve("events");
  }

  /** What the fenced store holds: {@code token round} a line. */
  Path fenced() {
    return folder.resolve("fenced");
  }

  /** There as soon as the programs shall end by themselves. */
  Path stop() {
    return folder.resolve("stop");
  }

  Repo repo() {
    return repo;
  }

  Path tree(String name) {
    Path tree = trees.get(name);
    if (tree == null) {
      throw new IllegalArgumentException(name);
    }
    return tree;
  }

  /** What git said in a round that failed. */
  String gitErrors(String round) {
    try {
      return Files.readString(folder.resolve("err").resolve(round)).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
