package dev.lockbroker.core.git;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.ProcessSight;
import dev.lockbroker.core.process.ProcessSurvey;
import dev.lockbroker.core.repository.Lockable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code index.lock} of one working tree, looked at from outside: git does not wait for it, so
 * whoever is about to run git there had better do.
 */
public final class IndexLock {
  private final Path file;
  private final Path common;
  private final String tree;
  private final Host host;
  private final ProcessSurvey survey;

  private IndexLock(Path file, Path common, String tree, Host host, ProcessSurvey survey) {
    this.file = file;
    this.common = common;
    this.tree = tree;
    this.host = host;
    this.survey = survey;
  }

  /** That of the working tree which is meant; null where git sees none. Touches nothing yet. */
  public static @Nullable IndexLock of(Lockable place, Host host) {
    Path git = place.gitDirectory();
    String tree = place.worktree();
    return git == null || tree == null
        ? null
        : new IndexLock(
            git.resolve("index.lock"),
            place.key(),
            tree,
            host,
            new ProcessSurvey(host, Path.of("/proc")));
  }

  /** Where it is, or would be. */
  public Path file() {
    return file;
  }

  /** Whether it is there: one look. */
  public boolean isThere() {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * The lock as it is now.
   *
   * @param ageMillis since it was made, or last changed where that is not told
   * @param identity changes with the file, and with its content
   * @param suspects living processes that may have made it
   */
  public record View(long ageMillis, String identity, List<ProcessSight> suspects) {
    /** Copies the list. */
    public View {
      suspects = List.copyOf(suspects);
    }
  }

  /** Looks at it and at all processes; null if it is gone. */
  public @Nullable View look() {
    Leftover lock;
    List<ProcessSight> suspects = new ArrayList<>();
    try {
      Layout layout = Layout.of(common);
      Tree own = treeOf(layout);
      lock = Leftover.of(common, file, Leftover.Kind.INDEX, own);
      suspects.addAll(GitProcesses.look(survey, layout).suspectsOf(lock));
      Long opener = survey.openers(Set.of(file)).get(file);
      if (opener != null && suspects.stream().noneMatch(one -> one.pid() == opener)) {
        survey.of(opener).ifPresent(suspects::add);
      }
    } catch (IOException e) {
      return isThere() ? new View(0, "unseen", suspects) : null;
    }
    long ageNanos = host.wallMicros() * 1_000 - lock.bornNanos();
    String identity = lock.key() + " " + lock.changedNanos();
    return new View(Math.max(0, ageNanos / 1_000_000), identity, suspects);
  }

  private Tree treeOf(Layout layout) throws IOException {
    for (Tree one : layout.trees()) {
      if (one.id().equals(tree)) {
        return one;
      }
    }
    throw new IOException("the working tree is gone");
  }
}
