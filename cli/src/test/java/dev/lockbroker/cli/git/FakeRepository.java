package dev.lockbroker.cli.git;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers as it was told, and counts how often it was asked for an alias. */
final class FakeRepository implements GitLookup {
  final Map<String, String> aliases = new HashMap<>();
  final Set<String> branches = new HashSet<>();
  final Set<String> programs = new HashSet<>();
  final Set<String> settings = new HashSet<>();
  boolean isThere;
  int aliasLookups;

  @Override
  public @Nullable String alias(GitInvocation invocation, String name) {
    aliasLookups++;
    return aliases.get(name);
  }

  @Override
  public boolean hasProgram(String name) {
    return programs.contains(name);
  }

  @Override
  public boolean isTrue(GitInvocation invocation, String key) {
    return settings.contains(key);
  }

  @Override
  public boolean isRepository(Path folder, Map<String, String> environment) {
    return isThere;
  }

  @Override
  public boolean hasBranch(GitInvocation invocation, String name) {
    return branches.contains(name);
  }
}
