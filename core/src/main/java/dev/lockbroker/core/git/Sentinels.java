package dev.lockbroker.core.git;

import dev.lockbroker.core.git.Incident.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds operations that were begun in a working tree during a lease and are neither finished nor
 * aborted. They are only ever reported: HEAD may have moved since, and an abort can destroy.
 */
final class Sentinels {
  /** The mark of each operation and its name; the first that is there says what it is. */
  private static final Map<String, String> MARKS = new LinkedHashMap<>();

  static {
    MARKS.put("rebase-merge", "rebase");
    MARKS.put("rebase-apply/applying", "am");
    MARKS.put("rebase-apply", "rebase");
    MARKS.put("MERGE_HEAD", "merge");
    MARKS.put("CHERRY_PICK_HEAD", "cherry-pick");
    MARKS.put("REVERT_HEAD", "revert");
    MARKS.put("sequencer", "cherry-pick");
    MARKS.put("BISECT_LOG", "bisect");
  }

  private Sentinels() {}

  /** One item for each unfinished operation that was begun or went on within that time. */
  static List<Item> find(List<Tree> trees, Lifetime lifetime) {
    List<Item> found = new ArrayList<>();
    for (Tree tree : trees) {
      for (Map.Entry<String, String> mark : MARKS.entrySet()) {
        if (isOf(tree.gitDirectory().resolve(mark.getKey()), lifetime)) {
          found.add(new Item(Item.Kind.UNFINISHED, tree.shown(), mark.getValue()));
          break;
        }
      }
    }
    return found;
  }

  private static boolean isOf(Path mark, Lifetime lifetime) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(mark, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return lifetime.contains(Lifetime.nanos(attributes.lastModifiedTime()));
    } catch (IOException e) {
      return false;
    }
  }
}
