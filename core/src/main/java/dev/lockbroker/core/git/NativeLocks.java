package dev.lockbroker.core.git;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.ProcessSight;
import dev.lockbroker.core.process.ProcessSurvey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Git's own lock files in a repository as they are now, for people. Looks only. */
public final class NativeLocks {
  /** Other repositories have more refs than anybody wants to wait for. */
  private static final long PATIENCE_NANOS = 300_000_000;

  private final Path common;
  private final Host host;

  private NativeLocks(Path common, Host host) {
    this.common = common;
    this.host = host;
  }

  /** Those of the repository with this journal; null if it is none of git's. */
  public static @Nullable NativeLocks around(Path journalDirectory, Host host) {
    Path common = journalDirectory.getParent();
    return common != null && Layout.isRepository(common) ? new NativeLocks(common, host) : null;
  }

  /**
   * A lock file.
   *
   * @param file where it is
   * @param tree the working tree that it is of, as in {@code /worktree/<id>}; null if of all
   * @param ageMillis since it was made, or last changed where that is not told
   * @param suspects living processes that may have made it: git's by where they work, others only
   *     if they have it open
   */
  public record View(
      Path file, @Nullable String tree, long ageMillis, List<ProcessSight> suspects) {
    /** Copies the list. */
    public View {
      suspects = List.copyOf(suspects);
    }
  }

  /**
   * All of them, and whose they are.
   *
   * @param everywhere also among the refs, which may be many; else only those with a name of their
   *     own, such as {@code index.lock}
   */
  public List<View> look(boolean everywhere) {
    List<Leftover> found = found(everywhere);
    if (found.isEmpty()) {
      return List.of();
    }
    ProcessSurvey survey = new ProcessSurvey(host, Path.of("/proc"));
    List<View> views = new ArrayList<>();
    for (Leftover lock : found) {
      long ageNanos = host.wallMicros() * 1_000 - lock.bornNanos();
      Tree tree = lock.tree();
      views.add(
          new View(
              lock.file(),
              tree == null ? null : tree.id(),
              Math.max(0, ageNanos / 1_000_000),
              suspects(survey, lock)));
    }
    return views;
  }

  /**
   * The files only, without going through all refs: cheap enough to be asked several times a
   * second.
   */
  public Set<Path> files() {
    Set<Path> files = new HashSet<>();
    for (Leftover lock : found(false)) {
      files.add(lock.file());
    }
    return files;
  }

  private List<Leftover> found(boolean everywhere) {
    try {
      Layout layout = Layout.of(common);
      Inventory inventory = new Inventory(layout, host::nanoTime, host.nanoTime() + PATIENCE_NANOS);
      List<Leftover> found =
          everywhere ? inventory.take(layout.trees()) : inventory.takeNear(layout.trees());
      return found.stream().filter(lock -> lock.kind() != Leftover.Kind.HALF_TREE).toList();
    } catch (IOException e) {
      return List.of(); // What cannot be read cannot be shown.
    }
  }

  private List<ProcessSight> suspects(ProcessSurvey survey, Leftover lock) {
    List<ProcessSight> suspects = new ArrayList<>();
    try {
      suspects.addAll(GitProcesses.look(survey, Layout.of(common)).suspectsOf(lock));
      Map<Path, Long> openers = survey.openers(Set.of(lock.file()));
      Long opener = openers.get(lock.file());
      if (opener != null && suspects.stream().noneMatch(one -> one.pid() == opener)) {
        survey.of(opener).ifPresent(suspects::add);
      }
    } catch (IOException e) {
      // Those that were seen are shown.
    }
    return suspects;
  }
}
