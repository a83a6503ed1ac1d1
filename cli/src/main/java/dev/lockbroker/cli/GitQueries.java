package dev.lockbroker.cli;

import dev.lockbroker.cli.git.GitInvocation;
import dev.lockbroker.cli.git.GitLookup;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.RepositoryResolver;
import dev.lockbroker.core.repository.ResolutionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers from the repository itself; git is asked only for its configuration. */
final class GitQueries implements GitLookup {
  private static final long MOST_OF_PACKED_REFS = 1 << 20;

  private final String git;
  private final Map<String, String> environment;
  private @Nullable Lockable place;
  private @Nullable Path placeFolder;

  GitQueries(String git, Map<String, String> environment) {
    this.git = git;
    this.environment = environment;
  }

  /** What git would work on; looked for once. */
  Lockable place(Path folder, Map<String, String> rules) throws ResolutionException {
    Lockable known = place;
    if (known == null || !folder.equals(placeFolder)) {
      known = RepositoryResolver.resolve(folder, rules, Settings.stateFolderOf(environment));
      place = known;
      placeFolder = folder;
    }
    return known;
  }

  @Override
  public @Nullable String alias(GitInvocation invocation, String name) {
    return answer(invocation.options(), "config", "--null", "--get", "alias.".concat(name));
  }

  @Override
  public boolean hasProgram(String name) {
    return RealGit.onPath("git-".concat(name), environment.get("PATH")) != null;
  }

  @Override
  public boolean isTrue(GitInvocation invocation, String key) {
    return "true"
        .equals(answer(invocation.options(), "config", "--null", "--type=bool", "--get", key));
  }

  @Override
  public boolean isRepository(Path folder, Map<String, String> rules) {
    try {
      return RepositoryResolver.resolve(folder, rules, Settings.stateFolderOf(environment)).kind()
          == Lockable.Kind.GIT;
    } catch (ResolutionException e) {
      return false;
    }
  }

  @Override
  public boolean hasBranch(GitInvocation invocation, String name) {
    try {
      Lockable found = place(invocation.folder(), invocation.environment());
      return found.kind() == Lockable.Kind.GIT
          && (Files.isRegularFile(found.key().resolve("refs/heads").resolve(name))
              || isPacked(found.key().resolve("packed-refs"), name));
    } catch (ResolutionException | InvalidPathException | IOException e) {
      return false;
    }
  }

  private static boolean isPacked(Path file, String name) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MOST_OF_PACKED_REFS) {
      return false;
    }
    byte[] wanted = (" refs/heads/" + name + "\n").getBytes(StandardCharsets.UTF_8);
    String refs = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    return refs.contains(new String(wanted, StandardCharsets.ISO_8859_1));
  }

  /** Whether git itself finds a repository for this command line. */
  boolean knowsRepository(List<String> words) {
    GitInvocation invocation = GitInvocation.of(words, Settings.path(null), environment);
    return answer(invocation.options(), "rev-parse", "--git-dir") != null;
  }

  /** What git prints up to its first zero byte; null if it fails. */
  private @Nullable String answer(List<String> options, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(git);
    command.addAll(options);
    for (String argument : arguments) {
      command.add(argument);
    }
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      Commands.restoreLocale(builder.environment());
      Process process =
          builder
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = text.indexOf('\0');
      return process.waitFor() == 0 ? text.substring(0, end < 0 ? text.length() : end) : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
