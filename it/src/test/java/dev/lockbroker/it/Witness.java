package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sees from inside the critical section whether somebody else is there: by a folder that only one
 * can make, and by the times of entering and leaving. Knows nothing of locks, journal or broker.
 */
final class Witness {
  /** Shell: commits the file {@code $1}, whose content and message are its name. */
  private static final String COMMIT =
      """
      #!/bin/sh
      mkdir "$WITNESS/inside" 2>/dev/null || echo "$1" >>"$WITNESS/overlaps"
      begin=$(date +%s%N)
      printf '%s\\n' "$1" >"$1" && git add -- "$1" && git commit -q -m "$1"
      status=$?
      end=$(date +%s%N)
      echo "$begin $end" >"$WITNESS/log/$1"
      rmdir "$WITNESS/inside" 2>/dev/null
      exit $status
      """;

  private final Path folder;

  Witness(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("log"));
    Files.writeString(folder.resolve("commit"), COMMIT);
  }

  /** One stay in the critical section. */
  record Interval(long begin, long end) {}

  /** For the environment, as {@code WITNESS}. */
  Path folder() {
    return folder;
  }

  /** Shell words that commit a file. */
  String commit(String file) {
    return "sh \"$WITNESS/commit\" " + file;
  }

  List<Interval> intervals() throws IOException {
    List<Interval> intervals = new ArrayList<>();
    try (Stream<Path> logs = Files.list(folder.resolve("log"))) {
      for (Path log : logs.toList()) {
        String[] words = Files.readString(log).strip().split(" ", -1);
        intervals.add(new Interval(Long.parseLong(words[0]), Long.parseLong(words[1])));
      }
    }
    intervals.sort(Comparator.comparingLong(Interval::begin));
    return intervals;
  }

  /** How many stays began before an earlier one had ended. */
  int overlaps() throws IOException {
    int overlaps = 0;
    long end = Long.MIN_VALUE;
    for (Interval interval : intervals()) {
      overlaps += interval.begin < end ? 1 : 0;
      end = Math.max(end, interval.end);
    }
    return overlaps;
  }

  /** Somebody found the folder of somebody else. */
  boolean hasMet() {
    return Files.exists(folder.resolve("overlaps"));
  }

  void requireAlone(int stays) throws IOException {
    assertEquals(stays, intervals().size(), "stays in the critical section");
    assertEquals(0, overlaps(), "overlapping stays");
    assertEquals(false, hasMet(), "somebody met somebody else");
  }
}
