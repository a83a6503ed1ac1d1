package dev.lockbroker.core.repository;

import static dev.lockbroker.core.repository.ResolutionException.quoted;
import static dev.lockbroker.core.repository.ResolutionException.reason;

import dev.lockbroker.core.repository.Discovery.Found;
import dev.lockbroker.core.repository.Lockable.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a path belongs to, as git would if it were started there. Ownership is not checked
 * ({@code safe.directory}): who may not use a repository is told so by git.
 */
public final class RepositoryResolver {
  private final Map<String, String> environment;
  private final Path start;
  private final Path folder;
  private final GitDirectory rules;

  private RepositoryResolver(Map<String, String> environment, Path start) {
    this.environment = environment;
    this.start = start;
    // Git is started in folders only; a file belongs where its folder does.
    this.folder = Files.isDirectory(start) ? start : Objects.requireNonNull(start.getParent());
    this.rules = new GitDirectory(environment, folder);
  }

  /**
   * Resolves a path.
   *
   * @param start what is to be locked; stands for the current directory when git's variables hold
   *     relative paths
   * @param environment where {@code GIT_DIR}, {@code GIT_COMMON_DIR}, {@code GIT_WORK_TREE}, {@code
   *     GIT_OBJECT_DIRECTORY}, {@code GIT_CEILING_DIRECTORIES} and {@code
   *     GIT_DISCOVERY_ACROSS_FILESYSTEM} are looked up; a path chosen by hand rather than by being
   *     there wants an empty one
   * @param stateFolder the user's, for the journals of paths outside repositories
   * @throws NoSuchPathException if there is no such path
   * @throws ResolutionException if the repository it belongs to is broken
   */
  public static Lockable resolve(Path start, Map<String, String> environment, Path stateFolder)
      throws ResolutionException {
    RepositoryResolver resolver = new RepositoryResolver(environment, existing(start));
    Found found = resolver.find();
    return found == null ? path(resolver.start, stateFolder) : resolver.repository(found);
  }

  private static Path existing(Path start) throws NoSuchPathException {
    try {
      return realStart(start);
    } catch (NoSuchFileException e) {
      throw new NoSuchPathException(start, "it does not exist");
    } catch (IOException e) {
      throw new NoSuchPathException(start, "it cannot be reached (" + reason(e) + ")");
    }
  }

  private static Path realStart(Path start) throws IOException {
    try {
      return start.toRealPath();
    } catch (NoSuchFileException e) {
      // Java knows the current directory as text only, and a locale may have no letters for it.
      if (start.isAbsolute()) {
        throw e;
      }
      return Path.of("/proc/self/cwd").resolve(start).toRealPath();
    }
  }

  private @Nullable Found find() throws ResolutionException {
    Path chosen = rules.fromEnvironment("GIT_DIR");
    if (chosen == null) {
      return new Discovery(environment, rules).from(folder);
    }
    String text = String.valueOf(environment.get("GIT_DIR"));
    Path gitDirectory = Files.isRegularFile(chosen) ? rules.follow(chosen) : chosen;
    if (text.isEmpty() || !rules.isValid(gitDirectory)) {
      throw new ResolutionException(
          "GIT_DIR is set to "
              + quoted(text)
              + ", which is no git repository; correct it or unset it");
    }
    return new Found(gitDirectory, null, false);
  }

  private Lockable repository(Found found) throws ResolutionException {
    Path gitDirectory = found.isReal() ? found.gitDirectory() : real(found.gitDirectory());
    Path pointed = rules.common(found.gitDirectory());
    boolean isItsOwn = pointed == null || pointed.equals(found.gitDirectory());
    Path common = isItsOwn ? gitDirectory : real(Objects.requireNonNull(pointed));
    String worktree = worktree(gitDirectory, common);
    return new Lockable(
        common,
        common.resolve("lockbroker"),
        Kind.GIT,
        gitDirectory,
        worktree,
        shown(found, gitDirectory, common));
  }

  private @Nullable String worktree(Path gitDirectory, Path common) {
    Path parent = gitDirectory.getParent();
    if (parent != null && parent.equals(common.resolve("worktrees"))) {
      return RawPath.fileName(gitDirectory);
    }
    boolean isBare = !environment.containsKey("GIT_WORK_TREE") && CoreBare.isSetIn(common);
    return isBare ? null : Lockable.MAIN_WORKTREE;
  }

  private static Path shown(Found found, Path gitDirectory, Path common) {
    if (found.top() != null && gitDirectory.equals(common)) {
      return found.top();
    }
    Path parent = common.getParent();
    return parent != null && common.endsWith(".git") ? parent : common;
  }

  private static Path real(Path found) throws ResolutionException {
    try {
      return found.toRealPath();
    } catch (IOException e) {
      throw new ResolutionException(
          quoted(found) + " vanished while it was looked at (" + reason(e) + "); try again");
    }
  }

  /** Two paths with the same hash would share a lock: both safe, and one of them slow. */
  private static Lockable path(Path real, Path stateFolder) {
    Path journal = stateFolder.resolve("paths").resolve(RawPath.hash(real));
    return new Lockable(real, journal, Kind.PATH, null, null, real);
  }
}
