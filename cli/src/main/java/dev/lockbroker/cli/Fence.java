package dev.lockbroker.cli;

import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.ResolutionException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * The reference-transaction hook of one repository that refuses whoever works under a lease that
 * has ended: where git looks for it, and whether that is a place where we may write.
 */
final class Fence {
  /** In the second line of the script. */
  static final String MARKER = "lockbroker-fence";

  /** Behind the name of the hook that was there before; the script runs it. */
  private static final String BEFORE = ".before-lockbroker";

  /** The script's last line if it goes with its folder. */
  private static final String FOLDER_TOO = "# Its folder was made for it.\n";

  private static final String HOOK = "reference-transaction";
  private static final String VARIABLE = "core.hooksPath";

  private final Path path;
  private final boolean isChosen;
  private final Lockable place;
  private final Path hook;

  private Fence(Path path, boolean isChosen, Lockable place, Path hook) {
    this.path = path;
    this.isChosen = isChosen;
    this.place = place;
    this.hook = hook;
  }

  /**
   * The fence of that repository.
   *
   * @throws CliException if it is none, or git does not know it
   */
  static Fence of(RepositoryOption option) throws IOException, ResolutionException {
    Lockable place = Settings.current().lockable(option.path);
    Path path = Settings.path(option.path);
    // Real, because git answers relative to where it really is.
    Path folder = (Files.isDirectory(path) ? path : path.resolveSibling("")).toRealPath();
    if (place.kind() != Lockable.Kind.GIT) {
      throw new CliException(
          ExitCode.NO_SUCH_PATH,
          Shown.path(path) + " is in no git repository; a fence is a hook of one");
    }
    boolean isChosen = option.path != null;
    GitAnswer answer = GitAnswer.of(folder, isChosen, "rev-parse", "--git-path", "hooks/" + HOOK);
    if (!answer.isYes()) {
      throw new CliException(
          ExitCode.NO_SUCH_PATH,
          "git does not know the repository at "
              + Shown.path(folder)
              + "; see what 'git status' says there");
    }
    try {
      Path hook = folder.resolve(answer.text()).toAbsolutePath().normalize();
      return new Fence(folder, isChosen, place, hook);
    } catch (InvalidPathException e) {
      throw new CliException(
          ExitCode.NO_SUCH_PATH, "git's folder of hooks is no path: " + e.getReason());
    }
  }

  static String text() throws IOException {
    return ShellText.of("fence-hook.sh");
  }

  OwnScript script() {
    return new OwnScript(hook, MARKER);
  }

  /** Where the hook that was there before is, or would be. */
  Path before() {
    return hook.resolveSibling(hook.getFileName() + BEFORE);
  }

  boolean hasBefore() {
    return Files.exists(before(), LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether git would start the script that this lockctl makes. */
  boolean isCurrent() throws IOException {
    return script().isOurs()
        && Files.isExecutable(hook)
        && Files.readString(hook).replace(FOLDER_TOO, "").equals(text());
  }

  /** Why git would not run such a hook; null if it would. */
  @Nullable String tooOld() throws IOException {
    String[] words = git("version").text().split("[ .]", -1);
    try {
      int major = Integer.parseInt(words[2]);
      int minor = Integer.parseInt(words[3]);
      return major > 2 || (major == 2 && minor >= 28)
          ? null
          : "git " + major + "." + minor + " has no such hook; it came with 2.28";
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      // A version that nobody has foreseen is a new one.
      return null;
    }
  }

  /** Why the folder of hooks is none that we change on our own; null if we may. */
  @Nullable String foreignFolder() throws IOException {
    GitAnswer setting = git("config", "--show-scope", "--get", VARIABLE);
    if (!setting.isYes()) {
      return null;
    }
    String scope = setting.text().split("\t", -1)[0];
    if (!scope.equals("local") && !scope.equals("worktree")) {
      return VARIABLE + " is set for all your repositories (" + scope + ")";
    }
    GitAnswer top = git("rev-parse", "--show-toplevel");
    boolean isInTree =
        top.isYes()
            && hook.startsWith(Path.of(top.text()))
            && !hook.startsWith(place.key())
            && !hook.startsWith(Path.of(top.text(), ".git"));
    return isInTree && !git("check-ignore", "-q", hook.toString()).isYes()
        ? VARIABLE + " is a folder under version control"
        : null;
  }

  private GitAnswer git(String... arguments) throws IOException {
    return GitAnswer.of(path, isChosen, arguments);
  }

  /** Puts the script there; what was there before stays beside it. */
  void install() throws IOException {
    boolean isFolderOurs =
        !Files.exists(hook.resolveSibling(""))
            || (script().isOurs() && Files.readString(hook).endsWith(FOLDER_TOO));
    Files.createDirectories(hook.resolveSibling(""));
    if (script().isAnythingThere() && !script().isOurs()) {
      if (hasBefore()) {
        throw new CliException(
            ExitCode.NOT_WRITABLE,
            "both "
                + Shown.path(hook)
                + " and "
                + Shown.path(before())
                + " are there and not ours; move one of them away");
      }
      Files.move(hook, before());
    }
    script().write(isFolderOurs ? text() + FOLDER_TOO : text());
  }

  /** Takes the script away and puts back what was there before. False if there was no script. */
  boolean remove() throws IOException {
    if (!script().isOurs()) {
      return false;
    }
    boolean isFolderOurs = Files.readString(hook).endsWith(FOLDER_TOO);
    if (hasBefore()) {
      Files.move(before(), hook, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.delete(hook);
      if (isFolderOurs) {
        removeFolder();
      }
    }
    return true;
  }

  private void removeFolder() throws IOException {
    try {
      Files.delete(hook.resolveSibling(""));
    } catch (DirectoryNotEmptyException e) {
      // By now somebody else has a hook there.
      return;
    }
  }
}
