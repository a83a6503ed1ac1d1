package dev.lockbroker.cli.git;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each git command touches, one row for each. What is not in here takes the whole repository.
 *
 * <p>The words of a row:
 *
 * <ul>
 *   <li>{@code read}: nothing is written, or only what git leaves out with {@code
 *       GIT_OPTIONAL_LOCKS=0}
 *   <li>{@code pass}: has to do with no repository, or starts other git commands that decide for
 *       themselves
 *   <li>{@code all}: the whole repository
 *   <li>{@code worktree}, {@code config}, {@code fetch}, {@code stash}: that part alone; {@code
 *       branches}, {@code notes}: all names of that kind
 *   <li>{@code objects}: writes nothing but objects, and shares that with all but {@code all}
 *   <li>{@code tidy}: git would run its automatic maintenance afterwards
 *   <li>a word with {@code ?}: {@link GitRules} looks at the arguments
 * </ul>
 *
 * <p>A row {@code command/word} is for that sub-command, {@code command/} for the command without
 * one. What was measured to need which lock is in the design notes on git.
 */
public final class GitTable {
  private static final String[] ROWS = {
    "add worktree",
    "am worktree tidy",
    "annotate read",
    "apply worktree",
    "archive read",
    "backfill fetch",
    "bisect worktree",
    "bisect/log read",
    "bisect/reset worktree branches",
    "bisect/terms read",
    "bisect/view read",
    "bisect/visualize read",
    "bisect--helper worktree",
    "blame read",
    "branch branch?",
    "bugreport pass",
    "bundle read",
    "bundle/unbundle objects",
    "cat-file read",
    "check-attr read",
    "check-ignore read",
    "check-mailmap read",
    "check-ref-format pass",
    "checkout checkout?",
    "checkout--worker pass",
    "checkout-index worktree",
    "cherry read",
    "cherry-pick worktree tidy",
    "citool worktree",
    "clean worktree",
    "clone pass",
    "column pass",
    "commit worktree tidy",
    "commit-graph all",
    "commit-graph/verify read",
    "commit-tree objects",
    "config config?",
    "count-objects read",
    "credential pass",
    "credential-cache pass",
    "credential-cache--daemon pass",
    "credential-store pass",
    "daemon pass",
    "describe read",
    "diagnose pass",
    "diff read",
    "diff-files read",
    "diff-index read",
    "diff-pairs read",
    "diff-tree read",
    "difftool read",
    "difftool--helper read",
    "env--helper pass",
    "fast-export read",
    "fast-import all",
    "fetch fetch?",
    "fetch-pack fetch",
    "filter-branch all",
    "filter-repo all",
    "fmt-merge-msg read",
    "for-each-ref read",
    "format-patch read",
    "fsck read",
    "fsck-objects read",
    "fsmonitor--daemon pass",
    "gc all",
    "get-tar-commit-id pass",
    "grep read",
    "gui pass",
    "hash-object hash-object?",
    "help pass",
    "hook pass",
    "http-backend pass",
    "http-fetch fetch",
    "http-push fetch",
    "imap-send pass",
    "index-pack objects",
    "init init?",
    "init-db init?",
    "instaweb pass",
    "interpret-trailers pass",
    "last-modified read",
    "lfs all",
    "lfs/clean pass",
    "lfs/env read",
    "lfs/filter-process pass",
    "lfs/logs pass",
    "lfs/ls-files read",
    "lfs/post-checkout pass",
    "lfs/post-commit pass",
    "lfs/post-merge pass",
    "lfs/pre-push pass",
    "lfs/smudge pass",
    "lfs/status read",
    "lfs/version pass",
    "log read",
    "ls-files read",
    "ls-remote read",
    "ls-tree read",
    "mailinfo pass",
    "mailsplit pass",
    "maintenance all",
    "merge worktree tidy",
    "merge-base read",
    "merge-file worktree",
    "merge-index worktree",
    "merge-octopus worktree",
    "merge-one-file worktree",
    "merge-ours worktree",
    "merge-recursive worktree",
    "merge-recursive-ours worktree",
    "merge-recursive-theirs worktree",
    "merge-resolve worktree",
    "merge-subtree worktree",
    "merge-tree objects",
    "mergetool worktree",
    "mktag objects",
    "mktree objects",
    "multi-pack-index all",
    "multi-pack-index/verify read",
    "mv worktree",
    "name-rev read",
    "notes notes",
    "notes/ read",
    "notes/get-ref read",
    "notes/list read",
    "notes/show read",
    "pack-objects objects",
    "pack-redundant read",
    "pack-refs all",
    "patch-id read",
    "pickaxe read",
    "prune all",
    "prune-packed all",
    "pull pull?",
    "push push?",
    "quiltimport worktree",
    "range-diff read",
    "read-tree worktree",
    "rebase rebase?",
    "rebase--interactive worktree",
    "receive-pack pass",
    "reflog read",
    "reflog/delete all",
    "reflog/drop all",
    "reflog/expire all",
    "reflog/write all",
    "refs all",
    "refs/exists read",
    "refs/list read",
    "refs/verify read",
    "remote config fetch",
    "remote/ read",
    "remote/add remote-add?",
    "remote/get-url read",
    "remote/prune fetch",
    "remote/set-branches config",
    "remote/set-head fetch",
    "remote/set-url config",
    "remote/show read",
    "remote/update fetch tidy",
    "remote-ext pass",
    "remote-fd pass",
    "remote-ftp pass",
    "remote-ftps pass",
    "remote-http pass",
    "remote-https pass",
    "repack all",
    "replace replace?",
    "repo read",
    "request-pull read",
    "rerere worktree",
    "rerere/diff read",
    "rerere/remaining read",
    "rerere/status read",
    "reset worktree",
    "restore worktree",
    "rev-list read",
    "rev-parse read",
    "revert worktree tidy",
    "rm worktree",
    "send-email read",
    "send-pack fetch",
    "shell pass",
    "shortlog read",
    "show read",
    "show-branch read",
    "show-index pass",
    "show-ref read",
    "sparse-checkout worktree config",
    "sparse-checkout/check-rules read",
    "sparse-checkout/list read",
    "stage worktree",
    "stash worktree stash",
    "stash/branch stash-branch?",
    "stash/list read",
    "stash/show read",
    "status read",
    "stripspace pass",
    "submodule worktree config",
    "submodule/ read",
    "submodule/status read",
    "submodule/summary read",
    "submodule--helper worktree config",
    "switch switch?",
    "symbolic-ref symbolic-ref?",
    "tag tag?",
    "unpack-file read",
    "unpack-objects objects",
    "update-index worktree",
    "update-ref update-ref?",
    "upload-archive read",
    "upload-archive--writer read",
    "upload-pack read",
    "url-parse pass",
    "var read",
    "verify-commit read",
    "verify-pack read",
    "verify-tag read",
    "version pass",
    "web--browse pass",
    "whatchanged read",
    "worktree all",
    "worktree/ pass",
    "worktree/list read",
    "write-tree worktree",
  };

  /** Commands that take the whole repository on purpose, though git has never heard of more. */
  private static final String[] DELIBERATELY_ALL = {
    "archimport",
    "cvsexportcommit",
    "cvsimport",
    "cvsserver",
    "for-each-repo",
    "history",
    "p4",
    "replay",
    "subtree",
    "svn",
    "update-server-info",
  };

  private GitTable() {}

  /** The words of the row with that name, each behind a space; null if there is none. */
  static @Nullable String row(String name) {
    if (name.indexOf(' ') >= 0) {
      return null;
    }
    for (String row : ROWS) {
      if (row.startsWith(name)
          && row.length() > name.length()
          && row.charAt(name.length()) == ' ') {
        return row.substring(name.length());
      }
    }
    return null;
  }

  /** Whether git has that command itself, so that no alias is ever looked for. */
  static boolean isKnown(String command) {
    if (command.indexOf('/') >= 0) {
      return false;
    }
    for (String word : DELIBERATELY_ALL) {
      if (word.equals(command)) {
        return true;
      }
    }
    return row(command) != null;
  }

  /**
   * The commands that only read, whatever their arguments are: for whoever decides without a JVM.
   */
  public static List<String> readers() {
    List<String> names = new ArrayList<>();
    for (String row : ROWS) {
      int space = row.indexOf(' ');
      String name = row.substring(0, space);
      if (row.substring(space).equals(" read") && name.indexOf('/') < 0 && !hasSubRows(name)) {
        names.add(name);
      }
    }
    return names;
  }

  private static boolean hasSubRows(String name) {
    String prefix = name.concat("/");
    for (String row : ROWS) {
      if (row.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
