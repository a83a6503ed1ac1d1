package dev.lockbroker.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Operations of git as shell scripts, chosen at random. {@code g} is git under whatever lock is
 * tried, {@code one} a shell under it, {@code $w} who does it, {@code $n} a number of its own.
 */
final class GitMix {
  private static final String[][] OPERATIONS = {
    {"3", "status", "g status -s"},
    {"3", "log", "g log --oneline -5"},
    {"2", "diff", "g diff --stat; g diff --cached --name-only"},
    {"2", "describe", "g describe --all --always"},
    {"3", "add", "echo $n >scratch; g add scratch"},
    {"6", "add+commit", "echo $n >f-$n; one \"git add f-$n && git commit -qm ack-$n -- f-$n\""},
    {"4", "commit -a", "echo $n >>own-$w; g commit -qam ack-$n"},
    {"2", "amend", "g commit -q --amend --no-edit --allow-empty"},
    {"3", "reset", "g reset -q --hard"},
    {"4", "switch", "g switch -q -f work-$w-$((n % 2))"},
    {"3", "stash", "echo $n >>own-$w; part /stash \"g stash push -q && g stash pop -q\""},
    {"3", "rebase", "g reset -q --hard && g rebase -q -f HEAD~1"},
    {"2", "merge", "g reset -q --hard && g merge -q --no-edit side"},
    {"3", "cherry-pick", "g reset -q --hard && g cherry-pick --allow-empty pick >pick-$w"},
    {"3", "branch", "g branch new-$n && g branch -D -q new-$n"},
    {"3", "tag", "g tag t-$n && g tag -d t-$n"},
    {"3", "config", "g config mix.k$w $n && g config --get mix.k$w"},
    {"3", "fetch", "g fetch -q origin"},
    {"2", "pull", "g reset -q --hard && g pull -q --no-rebase --no-edit origin side"},
    {"3", "push", "g push -q -f origin HEAD:refs/heads/up-$w"},
    {"2", "push -u", "g push -q -f -u origin HEAD:refs/heads/up-$w"},
    {"2", "update-ref", "g update-ref refs/mix/$w HEAD"},
    {"2", "notes", "g notes add -f -m $n HEAD"},
    {"1", "branch -m", "g branch old-$n && g branch -m old-$n moved-$n && g branch -D -q moved-$n"},
    {"1", "gc", "g gc -q"},
    {"1", "repack", "g repack -a -d -q"},
    {"1", "pack-refs", "g pack-refs --all"},
    {"1", "reflog expire", "g reflog expire --all"},
    {"1", "maintenance", "g maintenance run --quiet --task=loose-objects"},
    {"1", "worktree", "g worktree add -q --detach ../tmp-$n && g worktree remove -f ../tmp-$n"},
    {"1", "worktree prune", "g worktree prune"},
  };

  /** How git is called in one of the schemes that are compared. */
  enum Scheme {
    /** As if there were no Lockbroker. */
    NONE("g() { git \"$@\"; }; one() { sh -c \"$1\"; }; part() { eval \"$2\"; };"),
    /** {@code lockctl git}. */
    GIT(
        "g() { \"$LOCKCTL\" git \"$@\"; };"
            + " one() { \"$LOCKCTL\" run --worktree -- sh -c \"$1\"; };"
            + " part() { \"$LOCKCTL\" run --scope \"$1\" -- sh -c \"$PRELUDE $2\"; };"),
    /** One lock for the repository, readers included. */
    WHOLE(
        "g() { \"$LOCKCTL\" run -- git \"$@\"; };"
            + " one() { \"$LOCKCTL\" run -- sh -c \"$1\"; };"
            + " part() { one \"g() { git \\\"\\$@\\\"; }; $2\"; };");

    private final String prelude;

    Scheme(String prelude) {
      this.prelude = prelude;
    }

    String prelude() {
      return prelude;
    }
  }

  /** One of them. */
  record Operation(String name, String script) {
    /** Whether its end is the promise that a commit is there. */
    boolean isCommit() {
      return script.contains("ack-$n");
    }
  }

  private final List<Operation> weighted = new ArrayList<>();

  GitMix() {
    for (String[] row : OPERATIONS) {
      for (int i = Integer.parseInt(row[0]); i > 0; i--) {
        weighted.add(new Operation(row[1], row[2]));
      }
    }
  }

  static int kinds() {
    return OPERATIONS.length;
  }

  Operation any(Random random) {
    return weighted.get(random.nextInt(weighted.size()));
  }
}
