package dev.lockbroker.it;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what the critical sections and programs wrote, and says what must not have happened. Not
 * thread-safe.
 */
final class TortureEvents {
  /** An acknowledged commit. */
  record Ack(String round, String branch, String path, String commit) {}

  /** What a program believed: it held this token when its clock had passed that time. */
  record Belief(String round, long token, long nanos) {}

  private static final class Stay {
    String leaves = "";
    long begin;
    long end;
    int status = -1;
  }

  private final Path file;
  private final StringBuilder tail = new StringBuilder();
  private final Map<String, Stay> stays = new HashMap<>();
  private final List<Ack> acks = new ArrayList<>();
  private final List<Belief> beliefs = new ArrayList<>();
  private final Map<String, Integer> rounds = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private final List<String> meetings = new ArrayList<>();
  private long offset;

  TortureEvents(Path file) {
    this.file = file;
  }

  /** Takes in what is new. */
  TortureEvents read() throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      while (channel.read(buffer, offset) > 0) {
        offset += buffer.position();
        tail.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
        buffer.clear();
      }
    }
    int end;
    while ((end = tail.indexOf("\n")) >= 0) {
      line(tail.substring(0, end));
      tail.delete(0, end + 1);
    }
    return this;
  }

  private void line(String line) {
    String[] words = line.split(" ", -1);
    String round = words[1];
    counts.merge(words[0], 1, Integer::sum);
    switch (words[0]) {
      case "B" -> {
        Stay stay = stay(round);
        stay.begin = Long.parseLong(words[2]);
        stay.leaves = String.join(" ", List.of(words).subList(3, words.length));
      }
      case "E" -> {
        Stay stay = stay(round);
        stay.end = Long.parseLong(words[2]);
        stay.status = Integer.parseInt(words[3]);
      }
      case "A" -> acks.add(new Ack(round, words[2], words[3], words[4]));
      case "C" -> meetings.add(line);
      case "T" ->
          beliefs.add(new Belief(round, Long.parseLong(words[2]), Long.parseLong(words[3])));
      case "R" -> rounds.merge(round, 1, Integer::sum);
      case "X" -> violations.add(line);
      default -> {}
    }
  }

  private Stay stay(String round) {
    return stays.computeIfAbsent(round, name -> new Stay());
  }

  /** How many events of this letter there were. */
  int count(String letter) {
    return counts.getOrDefault(letter, 0);
  }

  /** How many rounds a program has finished. */
  int rounds(String slot) {
    return rounds.getOrDefault(slot, 0);
  }

  List<Ack> acks() {
    return acks;
  }

  List<Belief> beliefs() {
    return beliefs;
  }

  /** Whether a stay was begun. */
  boolean hasBegun(String round) {
    Stay stay = stays.get(round);
    return stay != null && stay.begin > 0;
  }

  /** Stays that ended by themselves, badly: round and status. */
  Map<String, Integer> failures() {
    Map<String, Integer> failures = new HashMap<>();
    stays.forEach(
        (round, stay) -> {
          if (stay.status > 0) {
            failures.put(round, stay.status);
          }
        });
    return failures;
  }

  /** What must not have happened, as far as it was written down. */
  List<String> violations() {
    List<String> all = new ArrayList<>(violations);
    for (String meeting : meetings) {
      judgeMeeting(meeting, all);
    }
    return all;
  }

  /** A reader may be there beside another while both wait for the files of one that is dying. */
  private void judgeMeeting(String line, List<String> all) {
    String[] words = line.split(" ", -1);
    Stay mine = stay(words[1]);
    for (String other : List.of(words).subList(3, words.length)) {
      Stay its = stay(other.substring(0, other.indexOf('=')));
      if (!mine.leaves.startsWith("s:") || !its.leaves.startsWith("s:")) {
        all.add("overlap: " + line);
        return;
      }
    }
  }

  /** Stays that began while another, which excludes them, was there from its begin to its end. */
  List<String> overlaps() {
    List<String> found = new ArrayList<>();
    for (String tree : TortureField.TREES) {
      List<Map.Entry<String, Stay>> here =
          stays.entrySet().stream()
              .filter(
                  entry ->
                      List.of(entry.getValue().leaves.replaceAll("[sx]:", "").split(" ", -1))
                          .contains(tree))
              .sorted(java.util.Comparator.comparingLong(entry -> entry.getValue().begin))
              .toList();
      overlaps(tree, here, found);
    }
    return found;
  }

  private static void overlaps(
      String tree, List<Map.Entry<String, Stay>> inOrder, List<String> found) {
    Map.Entry<String, Stay> lastWriter = null;
    Map.Entry<String, Stay> lastReader = null;
    for (Map.Entry<String, Stay> entry : inOrder) {
      boolean reads = entry.getValue().leaves.startsWith("s:");
      judge(tree, lastWriter, entry, found);
      if (!reads) {
        judge(tree, lastReader, entry, found);
      }
      if (reads) {
        lastReader = later(lastReader, entry);
      } else {
        lastWriter = later(lastWriter, entry);
      }
    }
  }

  private static Map.Entry<String, Stay> later(
      Map.@org.jspecify.annotations.Nullable Entry<String, Stay> one,
      Map.Entry<String, Stay> other) {
    return one != null && one.getValue().end > other.getValue().end ? one : other;
  }

  private static void judge(
      String tree,
      Map.@org.jspecify.annotations.Nullable Entry<String, Stay> former,
      Map.Entry<String, Stay> next,
      List<String> found) {
    if (former != null && former.getValue().end > next.getValue().begin) {
      found.add(
          "overlap in "
              + tree
              + ": "
              + next.getKey()
              + " began before the end of "
              + former.getKey());
    }
  }

  /** The last lines as they were written. */
  static String lastLines(Path file, int count) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }
}
