package dev.lockbroker.core.git;

import dev.lockbroker.core.journal.PercentCodec;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What could not be proved yet, because other leases were held or somebody was still alive: the
 * file {@code pending} beside the journal, looked at whenever a lease ends. Written under the
 * journal's guard; content that is not understood is dropped, which leaves files where they are.
 */
final class Pending {
  /** The file's name. */
  static final String NAME = "pending";

  private static final int MOST_CASES = 20;
  private static final int MOST_FILES = 500;
  private static final int MOST_BYTES = 4 << 20;

  private final Path journalDirectory;
  private final Path file;

  Pending(Path journalDirectory) {
    this.journalDirectory = journalDirectory;
    this.file = journalDirectory.resolve(NAME);
  }

  /**
   * A dead lease with what it may have left.
   *
   * @param ticket the lease
   * @param request its request id, in hex
   * @param uid the user of its client
   * @param lifetime from its grant to its end
   * @param claims what it held
   * @param others the leases beside it that may have made the files as well
   * @param triedMillis when it was tried last, milliseconds since 1970
   * @param files what stays until more is known
   */
  record Case(
      long ticket,
      String request,
      long uid,
      Lifetime lifetime,
      Claims claims,
      Set<Long> others,
      long triedMillis,
      List<Trace> files) {}

  /** Enough of a leftover to know it again. */
  record Trace(String relative, String kind, String tree, long born, long changed, String key) {
    static Trace of(Leftover leftover) {
      Tree tree = leftover.tree();
      return new Trace(
          leftover.relative(),
          leftover.kind().name(),
          tree == null ? "" : tree.id(),
          leftover.bornNanos(),
          leftover.changedNanos(),
          leftover.key());
    }

    boolean isOf(Leftover leftover) {
      return equals(of(leftover));
    }
  }

  /** One look at the disk. */
  boolean isThere() {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  List<Case> read() {
    List<Case> cases = new ArrayList<>();
    String text = Incidents.small(file, MOST_BYTES);
    if (text != null) {
      for (String line : text.split("\n", -1)) {
        Case one = line.isEmpty() ? null : decode(line);
        if (one != null) {
          cases.add(one);
        }
      }
    }
    return cases;
  }

  void write(List<Case> cases) throws IOException {
    if (cases.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    StringBuilder out = new StringBuilder();
    for (Case one : cases.subList(Math.max(0, cases.size() - MOST_CASES), cases.size())) {
      encode(out, one);
    }
    OwnFolder.replace(file, out.toString(), journalDirectory);
  }

  private static void encode(StringBuilder out, Case one) {
    out.append(one.ticket).append(' ').append(one.request).append(' ').append(one.uid);
    out.append(' ').append(one.lifetime.fromNanos()).append(' ').append(one.lifetime.toNanos());
    out.append(' ').append(one.triedMillis);
    for (Claim claim : one.claims.list()) {
      out.append(" c ").append(PercentCodec.encode(claim.toString()));
    }
    for (long other : one.others) {
      out.append(" o ").append(other);
    }
    for (Trace trace : one.files.subList(0, Math.min(one.files.size(), MOST_FILES))) {
      out.append(" f ").append(PercentCodec.encode(trace.relative)).append(' ');
      out.append(trace.kind).append(' ').append(PercentCodec.encode(trace.tree)).append(' ');
      out.append(trace.born).append(' ').append(trace.changed).append(' ');
      out.append(PercentCodec.encode(trace.key));
    }
    out.append('\n');
  }

  private static @Nullable Case decode(String line) {
    String[] words = line.split(" ", -1);
    List<Claim> claims = new ArrayList<>();
    Set<Long> others = new HashSet<>();
    List<Trace> files = new ArrayList<>();
    try {
      int at = 6;
      while (at < words.length) {
        String what = words[at++];
        if (what.equals("c")) {
          claims.add(Claim.parse(PercentCodec.decode(words[at++])));
        } else if (what.equals("o")) {
          others.add(Long.parseLong(words[at++]));
        } else {
          files.add(trace(words, at));
          at += 6;
        }
      }
      return new Case(
          Long.parseLong(words[0]),
          words[1],
          Long.parseLong(words[2]),
          new Lifetime(Long.parseLong(words[3]), Long.parseLong(words[4])),
          new Claims(claims),
          others,
          Long.parseLong(words[5]),
          files);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  private static Trace trace(String[] words, int at) {
    return new Trace(
        PercentCodec.decode(words[at]),
        words[at + 1],
        PercentCodec.decode(words[at + 2]),
        Long.parseLong(words[at + 3]),
        Long.parseLong(words[at + 4]),
        PercentCodec.decode(words[at + 5]));
  }
}
