package dev.lockbroker.cli.git;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a decision may have to ask of the repository; most need nothing. */
public interface GitLookup {
  /**
   * What an alias stands for; null if there is none. Asked only for words that are no command of
   * git's own.
   */
  @Nullable String alias(GitInvocation invocation, String name);

  /** Whether a program {@code git-<name>} is on the search path: git prefers it to an alias. */
  boolean hasProgram(String name);

  /** Whether a setting is true. */
  boolean isTrue(GitInvocation invocation, String key);

  /** Whether git would find a repository there, under these variables. */
  boolean isRepository(Path folder, Map<String, String> environment);

  /** Whether there is a local branch of that name; no is a safe answer. */
  boolean hasBranch(GitInvocation invocation, String name);
}
