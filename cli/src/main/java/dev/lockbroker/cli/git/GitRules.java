package dev.lockbroker.cli.git;

import java.util.List;

/** The commands whose arguments decide what they touch. */
final class GitRules {
  private static final String SHALLOW =
      "--depth --deepen --shallow-since --shallow-exclude --unshallow --update-shallow";
  private static final String FETCH_VALUES =
      " --upload-pack --depth --deepen --shallow-since --shallow-exclude --refmap --jobs"
          + " --server-option --negotiation-tip --filter ";

  private final GitInvocation invocation;
  private final List<String> arguments;
  private final GitLookup lookup;
  private final Needs needs;

  GitRules(GitInvocation invocation, List<String> arguments, GitLookup lookup, Needs needs) {
    this.invocation = invocation;
    this.arguments = arguments;
    this.lookup = lookup;
    this.needs = needs;
  }

  /** Applies the rule of that name. */
  void apply(String rule) {
    switch (rule) {
      case "branch?" -> branch();
      case "checkout?" -> checkout();
      case "switch?" -> switchTo();
      case "config?" -> config();
      case "fetch?" -> fetch();
      case "pull?" -> pull();
      case "push?" -> push();
      case "rebase?" -> rebase();
      case "remote-add?" -> remoteAdd();
      case "stash-branch?" -> stashBranch();
      case "tag?" -> tag();
      case "update-ref?" -> updateRef();
      case "symbolic-ref?" -> symbolicRef();
      case "replace?" -> replace();
      case "hash-object?" -> hashObject();
      default -> needs.all();
    }
  }

  private void branch() {
    Words words = new Words(arguments, "u", " --set-upstream-to --sort --points-at --format ");
    List<String> names = words.positionals();
    if (words.has('m') || words.has('M') || words.has("--move")) {
      needs.all();
    } else if (words.has('d') || words.has('D') || words.has("--delete")) {
      needs.config();
      deletedBranches(names, words.has('r') || words.has("--remotes"));
    } else if (words.has('c') || words.has('C') || words.has("--copy")) {
      needs.config();
      needs.branchAndRef(last(names));
    } else if (words.has('u')
        || words.hasAny("--set-upstream-to --unset-upstream --edit-description")) {
      needs.config();
    } else if (words.has('l')
        || words.hasAny("--list --show-current --contains --no-contains --with --without --merged")
        || words.hasAny("--no-merged --points-at")
        || names.isEmpty()) {
      needs.read();
    } else {
      needs.ref("refs/heads/".concat(names.get(0)));
      if (words.has('f') || words.has("--force")) {
        needs.branch(names.get(0));
      }
      tracking(words, names.size() > 1 ? names.get(1) : "");
    }
  }

  private void deletedBranches(List<String> names, boolean areRemote) {
    if (areRemote) {
      needs.fetch();
      return;
    }
    needs.refs("heads", names);
    needs.branches(names);
  }

  /** A new branch that starts at a remote one has its upstream written into the config. */
  private void tracking(Words words, String start) {
    boolean isAsked = words.has('t') || words.has("--track");
    boolean isLocal =
        start.isEmpty()
            || start.equals("HEAD")
            || start.equals("@")
            || lookup.hasBranch(invocation, start);
    if (isAsked || (!isLocal && !words.has("--no-track"))) {
      needs.config();
    }
  }

  private void checkout() {
    Words words =
        new Words(arguments, "bBU", " --orphan --conflict --pathspec-from-file --unified ");
    String made = firstOf(words.value("-b"), words.value("-B"));
    change(words, firstOf(made, words.value("--orphan")), words.has('d') || words.has("--detach"));
  }

  private void switchTo() {
    Words words = new Words(arguments, "cC", " --create --force-create --orphan --conflict ");
    String made = firstOf(words.value("-c"), words.value("-C"));
    String longMade = firstOf(words.value("--create"), words.value("--force-create"));
    change(
        words,
        firstOf(firstOf(made, longMade), words.value("--orphan")),
        words.has('d') || words.has("--detach"));
  }

  /**
   * Another branch in this working tree.
   *
   * @param made the branch that is made for it; empty for none
   */
  private void change(Words words, String made, boolean detached) {
    needs.worktree();
    List<String> names = words.positionals();
    if (!made.isEmpty()) {
      needs.branchAndRef(made);
      tracking(words, names.isEmpty() ? "" : names.get(0));
    } else if (words.has('t') || words.has("--track")) {
      // The branch is named after the last part of a remote one, as far as git can tell.
      needs.config();
      needs.scope("/branch");
      needs.scope("/ref/heads");
    } else if (!detached && names.size() == 1 && words.beforeDashes() != 0) {
      existing(names.get(0), words);
    }
  }

  private void existing(String name, Words words) {
    if (name.equals("-") || name.startsWith("@{-")) {
      needs.scope("/branch");
    } else if (isBranchName(name)) {
      needs.branch(name);
      boolean guesses = !words.has("--no-guess") && !lookup.hasBranch(invocation, name);
      if (guesses) {
        // Where only a remote one has that name, git makes a local one with it as its upstream.
        needs.ref("refs/heads/".concat(name));
        needs.config();
      }
    }
  }

  /** Not so a commit by its relation to another. */
  private static boolean isBranchName(String name) {
    return !name.equals("HEAD")
        && !name.equals("@")
        && name.indexOf('~') < 0
        && name.indexOf('^') < 0
        && name.indexOf(':') < 0
        && name.indexOf("@{") < 0;
  }

  private void config() {
    Words words =
        new Words(arguments, "f", " --file --blob --default --type --comment --value --url ");
    List<String> names = words.positionals();
    String verb = names.isEmpty() ? "" : names.get(0);
    if (words.has('e')
        || words.hasAny("--add --unset --unset-all --replace-all --rename-section")
        || words.hasAny("--remove-section --edit")
        || isWritingVerb(verb)) {
      needs.config();
    } else if (words.has('l')
        || words.hasAny("--get --get-all --get-regexp --get-urlmatch --get-color --get-colorbool")
        || words.has("--list")
        || verb.equals("get")
        || verb.equals("list")
        || names.size() < 2) {
      needs.read();
    } else {
      needs.config();
    }
  }

  private static boolean isWritingVerb(String verb) {
    return verb.equals("set")
        || verb.equals("unset")
        || verb.equals("rename-section")
        || verb.equals("remove-section")
        || verb.equals("edit");
  }

  private void fetch() {
    fetched(new Words(arguments, "jo", FETCH_VALUES));
  }

  private void fetched(Words words) {
    needs.tidy();
    if (words.hasAny(SHALLOW)) {
      needs.all();
      return;
    }
    needs.fetch();
    if (words.has("--set-upstream")) {
      needs.config();
    }
  }

  private void pull() {
    Words words = new Words(arguments, "josX", FETCH_VALUES);
    needs.worktree();
    fetched(words);
    if (words.has("--autostash")) {
      needs.scope("/stash");
    }
  }

  private void push() {
    Words words =
        new Words(
            arguments, "o", " --repo --receive-pack --exec --push-option --recurse-submodules ");
    needs.fetch();
    boolean mayTrack = words.positionals().size() < 2;
    if (words.has('u')
        || words.has("--set-upstream")
        || (mayTrack && lookup.isTrue(invocation, "push.autoSetupRemote"))) {
      needs.config();
    }
  }

  private void rebase() {
    Words words =
        new Words(
            arguments, "sXxC", " --onto --strategy --strategy-option --exec --whitespace --empty ");
    List<String> names = words.positionals();
    int target = words.has("--root") ? 0 : 1;
    needs.worktree();
    needs.tidy();
    if (names.size() > target) {
      needs.branch(names.get(target));
    }
    if (words.has("--autostash")) {
      needs.scope("/stash");
    }
  }

  private void remoteAdd() {
    Words words = new Words(arguments, "tm", " --track --master ");
    needs.config();
    if (words.has('f') || words.has("--fetch")) {
      needs.fetch();
    }
  }

  private void stashBranch() {
    needs.worktree();
    needs.scope("/stash");
    List<String> names = new Words(arguments, "", "").positionals();
    // The first is the word 'branch' itself.
    if (names.size() > 1) {
      needs.branchAndRef(names.get(1));
    }
  }

  private void tag() {
    Words words =
        new Words(
            arguments,
            "mFu",
            " --message --file --local-user --sort --points-at --format --cleanup --trailer ");
    List<String> names = words.positionals();
    if (words.has('d') || words.has("--delete")) {
      needs.refs("tags", names);
    } else if (words.has('l')
        || words.has('v')
        || words.has('n')
        || words.hasAny("--list --verify --contains --no-contains --with --without --merged")
        || words.hasAny("--no-merged --points-at")
        || names.isEmpty()) {
      needs.read();
    } else {
      needs.refs("tags", names.subList(0, 1));
    }
  }

  private void updateRef() {
    Words words = new Words(arguments, "m", "");
    List<String> names = words.positionals();
    if (words.has("--stdin") || names.isEmpty()) {
      needs.worktree();
      needs.scope("/branch");
      needs.scope("/ref");
      return;
    }
    written(names.get(0));
  }

  private void written(String ref) {
    if (!ref.startsWith("refs/")) {
      // HEAD and its like belong to a working tree.
      needs.worktree();
      return;
    }
    needs.ref(ref);
    if (ref.startsWith("refs/heads/")) {
      needs.branch(ref.substring(11));
    }
  }

  private void symbolicRef() {
    Words words = new Words(arguments, "m", "");
    List<String> names = words.positionals();
    boolean deletes = words.has('d') || words.has("--delete");
    if (names.isEmpty() || (names.size() == 1 && !deletes)) {
      needs.read();
      return;
    }
    written(names.get(0));
    if (names.size() > 1 && names.get(1).startsWith("refs/heads/")) {
      needs.branch(names.get(1).substring(11));
    }
  }

  private void replace() {
    Words words = new Words(arguments, "", " --format ");
    if (words.has('l') || words.has("--list") || arguments.isEmpty()) {
      needs.read();
    } else {
      needs.scope("/ref/replace");
    }
  }

  private void hashObject() {
    Words words = new Words(arguments, "t", " --path ");
    if (words.has('w')) {
      needs.objects();
    } else {
      needs.read();
    }
  }

  private static String firstOf(String one, String other) {
    return one.isEmpty() ? other : one;
  }

  private static String last(List<String> names) {
    return names.isEmpty() ? "" : names.get(names.size() - 1);
  }
}
