package dev.lockbroker.cli.git;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects what a command needs while its row and its arguments are looked at. */
final class Needs {
  /** With more names than this, all names of their kind are claimed. */
  private static final int MOST_NAMES = 4;

  private final List<String> scopes = new ArrayList<>();
  private GitPlan.Kind kind = GitPlan.Kind.CLAIM;
  private boolean worktree;
  private boolean objects;
  private boolean tidy;

  /** Nothing is locked; {@code GIT_OPTIONAL_LOCKS=0}. */
  void read() {
    kind = GitPlan.Kind.READ;
  }

  /** Nothing is locked. */
  void pass() {
    kind = GitPlan.Kind.PASS;
  }

  void worktree() {
    worktree = true;
  }

  void objects() {
    objects = true;
  }

  void tidy() {
    tidy = true;
  }

  void all() {
    scope("/");
  }

  void config() {
    scope("/config");
  }

  void fetch() {
    scope("/fetch");
  }

  void scope(String scope) {
    if (!scopes.contains(scope)) {
      scopes.add(scope);
    }
  }

  /** The branch as something that a working tree has, or may not have, checked out. */
  void branch(String name) {
    scope(ScopeNames.of("/branch", name));
  }

  /** A ref by its full name. */
  void ref(String fullName) {
    String name = fullName.startsWith("refs/") ? fullName.substring(5) : fullName;
    scope(ScopeNames.of("/ref", name));
  }

  /** A local branch that is made, moved or removed, and may not be checked out meanwhile. */
  void branchAndRef(String name) {
    branch(name);
    ref("refs/heads/".concat(name));
  }

  /** Refs of one kind: by name, or all of the kind if they are many. */
  void refs(String kindOfRef, List<String> names) {
    if (names.size() > MOST_NAMES) {
      scope("/ref/".concat(kindOfRef));
      return;
    }
    for (String name : names) {
      ref("refs/" + kindOfRef + "/" + name);
    }
  }

  /** Branches by name, or all if they are many. */
  void branches(List<String> names) {
    if (names.size() > MOST_NAMES) {
      scope("/branch");
      return;
    }
    for (String name : names) {
      branch(name);
    }
  }

  GitPlan plan(Path folder, Map<String, String> environment, boolean isKnown) {
    return new GitPlan(kind, folder, environment, worktree, scopes, objects, isKnown, tidy);
  }
}
