package dev.lockbroker.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * One stay in a critical section, chosen at random.
 *
 * @param id its name: the label of its ticket begins with it
 * @param slot the name of the client
 * @param reads whether it only reads, and shares
 * @param tree the working tree it works in
 * @param all whether it claims the whole repository, not only that tree
 * @param how which form of git commit it uses: {@code all} and {@code only} keep git's own lock
 *     while the hook runs
 * @param byName whether it names the scope instead of saying "this worktree"
 * @param hookMillis how long the commit hook sleeps; 0 for no time
 * @param ttlMillis time to live
 * @param waitMillis how long it waits; 0 for ever
 */
record TortureRound(
    String id,
    String slot,
    boolean reads,
    String tree,
    boolean all,
    String how,
    boolean byName,
    int hookMillis,
    int ttlMillis,
    int waitMillis) {
  private static final List<String> HOW = List.of("commit", "all", "only");
  private static final int SHORT_TTL = 2_000;
  private static final int LONG_TTL = 10_000;
  private static final int LABEL_BYTES = 250;

  static TortureRound random(Random random, String slot, String id) {
    boolean reads = random.nextInt(100) < 15;
    String tree = TortureField.TREES.get(random.nextInt(TortureField.TREES.size()));
    boolean all = random.nextInt(100) < 30;
    int hook = random.nextInt(100) < 40 ? hookMillis(random.nextInt(100), random) : 0;
    int ttl = random.nextInt(100) < 60 ? SHORT_TTL : LONG_TTL;
    int wait = random.nextInt(100) < 10 ? 200 + random.nextInt(2_000) : 0;
    String how = HOW.get(random.nextInt(HOW.size()));
    boolean byName = random.nextInt(100) < 20;
    return new TortureRound(id, slot, reads, tree, all, how, byName, hook, ttl, wait);
  }

  /**
   * The label of a ticket: so long, and three times that in the journal, that the journal is
   * compacted every minute or two.
   */
  static String label(String id) {
    return id + " " + "%".repeat(LABEL_BYTES - id.length() - 1);
  }

  /** Some work longer than their ttl: what works must keep its lease all the same. */
  private static int hookMillis(int dice, Random random) {
    return dice < 12
        ? SHORT_TTL + 200 + random.nextInt(800)
        : 30 + random.nextInt(dice < 30 ? 1_500 : 300);
  }

  /** What the witness locks: {@code x:main x:wt1 x:wt2}. */
  String leaves() {
    String mode = reads ? "s:" : "x:";
    return all ? mode + String.join(" " + mode, TortureField.TREES) : mode + tree;
  }

  /** As git calls the working tree below {@code /worktree}. */
  String scope() {
    return all ? "/" : "/worktree/" + (tree.equals("main") ? ":main" : tree);
  }

  /** The file that it commits. */
  String file() {
    int last = id.lastIndexOf('.');
    return slot
        + "/"
        + id.substring(0, last)
        + "-"
        + Long.parseLong(id.substring(last + 1)) / 40
        + "/"
        + id;
  }

  /** The command that works in the critical section. */
  List<String> command(Path folder) {
    return List.of(
        "sh", folder.resolve("section").toString(), reads ? "read" : how, leaves(), file(), tree);
  }

  /** Whether its ttl is so short that starting a command may take longer. */
  boolean lapsesSoon() {
    return ttlMillis == SHORT_TTL;
  }

  /** For {@code sleep}. */
  String hook() {
    return hookMillis == 0 ? "" : String.format(Locale.ROOT, "%.3f", hookMillis / 1e3);
  }

  /** {@code lockctl run …}, without the program's name. */
  List<String> lockctl(Path folder) {
    List<String> words = new ArrayList<>(List.of("run", "--quiet", "--label", label(id)));
    words.addAll(List.of("--ttl", ttlMillis + "ms"));
    if (byName) {
      words.addAll(List.of("--scope", scope()));
    } else if (!all) {
      words.add("--worktree");
    }
    if (reads) {
      words.add("--shared");
    }
    if (waitMillis > 0) {
      words.addAll(List.of("--wait", waitMillis + "ms"));
    }
    words.add("--");
    words.addAll(command(folder));
    return words;
  }
}
