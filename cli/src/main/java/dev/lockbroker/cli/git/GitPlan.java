package dev.lockbroker.cli.git;

import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has to be locked for one git command, and where.
 *
 * @param kind whether anything is locked at all
 * @param folder where git works
 * @param environment git's variables as it sees them there
 * @param worktree whether the working tree is claimed
 * @param scopes what else is claimed, for this command alone
 * @param sharesObjects whether it only keeps out who has the whole repository
 * @param isKnown whether we know what the command does
 * @param tidies whether git would run its automatic maintenance after it
 */
public record GitPlan(
    Kind kind,
    Path folder,
    Map<String, String> environment,
    boolean worktree,
    List<String> scopes,
    boolean sharesObjects,
    boolean isKnown,
    boolean tidies) {
  /** The part that is shared by all who write objects and nothing else. */
  private static final Scope OBJECTS = new Scope("/objects");

  /** Whether anything is locked. */
  public enum Kind {
    /** Nothing is locked or changed. */
    PASS,
    /** Nothing is locked, and git is told to take no locks that it can do without. */
    READ,
    /** Parts of the repository are locked. */
    CLAIM
  }

  /** Copies the list. */
  public GitPlan {
    scopes = Collections.unmodifiableList(new ArrayList<>(scopes));
  }

  /**
   * What to claim, the working tree first.
   *
   * @param worktreeId of the working tree that git works in; null where there is none
   */
  public List<Claim> claims(@Nullable String worktreeId) {
    List<Claim> claims = new ArrayList<>();
    if (worktree && worktreeId != null) {
      claims.add(exclusive("/worktree/".concat(worktreeId)));
    }
    for (String scope : scopes) {
      if (scope.equals("/")) {
        return List.of(exclusive(scope));
      }
      claims.add(exclusive(scope));
    }
    if (sharesObjects && claims.isEmpty()) {
      claims.add(new Claim(LockMode.SHARED, OBJECTS));
    }
    // A bare repository has no working tree, but what wants one may still move its HEAD.
    return claims.isEmpty() ? List.of(exclusive("/")) : claims;
  }

  private static Claim exclusive(String scope) {
    return new Claim(LockMode.EXCLUSIVE, new Scope(scope));
  }
}
