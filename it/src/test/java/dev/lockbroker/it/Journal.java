package dev.lockbroker.it;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * An independent reader of the journal's text, which shares nothing with core. It follows a journal
 * from file to file (the descriptor of the former one is kept, so its last lines are not missed)
 * and notes everything that the protocol forbids. Thread-safe.
 */
final class Journal implements AutoCloseable {
  private static final long PAUSE_MILLIS = 2;
  private static final int KEPT_LINES = 5_000;

  /** A {@code w} entry. */
  record Wait(
      long ticket, String claims, String client, String kind, long sinceNanos, String label) {
    long pid() {
      return Long.parseLong(client.substring(0, client.indexOf('.')));
    }
  }

  /** A {@code g} entry. */
  record Grant(long ticket, long token, long sinceNanos, long waitedNanos) {}

  private final Path path;
  private final StringBuilder tail = new StringBuilder();
  private final Map<Long, Wait> waiting = new LinkedHashMap<>();
  private final Map<Long, Wait> held = new LinkedHashMap<>();
  private final Map<Long, Wait> waits = new LinkedHashMap<>();
  private final List<Grant> grants = new ArrayList<>();
  private final Set<Long> granted = new HashSet<>();
  private final Map<Long, Long> untils = new HashMap<>();
  private final Deque<String> history = new ArrayDeque<>();
  private final Map<Long, String> ends = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private @Nullable FileChannel channel;
  private @Nullable Object key;
  private String lastChecksum = "";
  private long lastTicket;
  private long lastToken;
  private int files;
  private volatile boolean closed;

  Journal(Path path) {
    this.path = path;
  }

  /** Reads along from now on, so that no file is missed however often the journal is replaced. */
  Journal follow() {
    Thread thread = new Thread(this::run, "journal follower");
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  private void run() {
    try {
      while (!closed) {
        read();
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (IOException e) {
      synchronized (this) {
        violations.add("cannot be read: " + e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes in what is new. */
  synchronized Journal read() throws IOException {
    if (closed) {
      return this;
    }
    Object current = null;
    try {
      current = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      // Not made yet, or deleted.
    }
    if (channel != null) {
      drain(channel);
    }
    if (current != null && !current.equals(key)) {
      if (channel != null) {
        drain(channel);
        channel.close();
      }
      channel = FileChannel.open(path);
      key = current;
      tail.setLength(0);
      lastChecksum = "";
      drain(channel);
    }
    return this;
  }

  private void drain(FileChannel file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    while (file.read(buffer) > 0) {
      tail.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
      buffer.clear();
    }
    int end;
    while ((end = tail.indexOf("\n")) >= 0) {
      line(tail.substring(0, end));
      tail.delete(0, end + 1);
    }
  }

  private void line(String line) {
    history.add(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS) + " " + line);
    if (history.size() > KEPT_LINES) {
      history.remove();
    }
    String[] words = line.split(" ", 3);
    if (lastChecksum.isEmpty()) {
      files++;
      waiting.clear();
      held.clear();
      lastChecksum = line.substring(line.lastIndexOf(' ') + 1);
    } else if (!line.endsWith("~") && words[0].equals(lastChecksum)) {
      require(words[1].equals(checksum(words[0] + ' ' + words[2])), "a wrong checksum: " + line);
      lastChecksum = words[1];
      for (String entry : words[2].split(";", -1)) {
        entry(entry.split(" ", -1));
      }
    }
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }

  private void entry(String[] words) {
    long ticket = Long.parseLong(words[1]);
    switch (words[0]) {
      case "w" -> waits(ticket, words);
      case "g" -> granted(ticket, words);
      case "h" -> carried(ticket, words);
      case "r" -> until(ticket, Long.parseLong(words[2]));
      case "e" -> {
        held.remove(ticket);
        waiting.remove(ticket);
        ends.put(ticket, words[2]);
      }
      default -> {}
    }
  }

  private void waits(long ticket, String[] words) {
    Wait wait = new Wait(ticket, words[3], words[4], words[6], Long.parseLong(words[7]), words[8]);
    waiting.put(ticket, wait);
    if (waits.putIfAbsent(ticket, wait) == null) {
      require(ticket > lastTicket, "ticket " + ticket + " after " + lastTicket);
      lastTicket = ticket;
    }
  }

  private void granted(long ticket, String[] words) {
    Wait wait = waiting.get(ticket);
    if (wait == null) {
      violations.add("ticket " + ticket + " is granted but does not wait");
      return;
    }
    for (Wait other : held.values()) {
      require(!conflict(wait, other), "ticket " + ticket + " is granted beside " + other);
    }
    for (Wait other : waiting.values()) {
      require(
          other.ticket >= ticket || !conflict(wait, other),
          "ticket " + ticket + " is granted before " + other);
    }
    waiting.remove(ticket);
    held.put(ticket, wait);
    note(wait, words);
  }

  /**
   * A transaction that compacts the journal shows its own grants only as leases of the new file.
   */
  private void carried(long ticket, String[] words) {
    Wait wait = waiting.remove(ticket);
    if (wait == null) {
      violations.add("ticket " + ticket + " is carried over but was not there");
      return;
    }
    for (Wait other : held.values()) {
      require(!conflict(wait, other), "ticket " + ticket + " is carried over beside " + other);
    }
    held.put(ticket, wait);
    if (granted.contains(ticket)) {
      until(ticket, Long.parseLong(words[3]));
    } else {
      note(wait, words);
    }
  }

  private void note(Wait wait, String[] words) {
    long token = Long.parseLong(words[2]);
    long since = Long.parseLong(words[4]);
    until(wait.ticket, Long.parseLong(words[3]));
    require(token > lastToken, "token " + token + " after " + lastToken);
    lastToken = token;
    granted.add(wait.ticket);
    grants.add(new Grant(wait.ticket, token, since, since - wait.sinceNanos));
  }

  private void until(long ticket, long nanos) {
    Long former = untils.put(ticket, nanos);
    require(former == null || nanos - former >= 0, "the time of ticket " + ticket + " went back");
  }

  private void require(boolean holds, String violation) {
    if (!holds) {
      violations.add(violation);
    }
  }

  /** Whether the two exclude each other. */
  static boolean conflict(Wait one, Wait other) {
    for (String mine : one.claims.split(",", -1)) {
      for (String theirs : other.claims.split(",", -1)) {
        boolean bothShared = mine.charAt(0) == 'S' && theirs.charAt(0) == 'S';
        if (!bothShared && nested(mine.substring(2), theirs.substring(2))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean nested(String one, String other) {
    String a = one.equals("/") ? "/" : one + "/";
    String b = other.equals("/") ? "/" : other + "/";
    return a.startsWith(b) || b.startsWith(a);
  }

  /** Tickets that wait now, in order. */
  synchronized List<Wait> waiting() throws IOException {
    return List.copyOf(read().waiting.values());
  }

  /** Tickets that are held now. */
  synchronized List<Wait> held() throws IOException {
    return List.copyOf(read().held.values());
  }

  /** All requests there ever were, in order. */
  synchronized List<Wait> requests() throws IOException {
    return List.copyOf(read().waits.values());
  }

  /** All grants there ever were, in order. */
  synchronized List<Grant> grants() throws IOException {
    return List.copyOf(read().grants);
  }

  /** Why tickets have ended. */
  synchronized Map<Long, String> ends() throws IOException {
    return Map.copyOf(read().ends);
  }

  /** What happened against the rules; empty if nothing did. */
  synchronized List<String> violations() throws IOException {
    return List.copyOf(read().violations);
  }

  synchronized int grantCount() {
    return grants.size();
  }

  /** How often tickets have ended, by reason. */
  synchronized Map<String, Integer> endCounts() {
    Map<String, Integer> counts = new TreeMap<>();
    ends.values().forEach(why -> counts.merge(why, 1, Integer::sum));
    return counts;
  }

  /** The last lines of this and former files, each with the time it was seen. */
  synchronized List<String> history() {
    return List.copyOf(history);
  }

  /** How many files there were: one more than compactions and resets. */
  synchronized int files() {
    return files;
  }

  void awaitWaiting(int count) throws Exception {
    Deadline.await(count + " tickets wait", () -> waiting().size() == count);
  }

  void awaitHeld(int count) throws Exception {
    Deadline.await(count + " tickets are held", () -> held().size() == count);
  }

  /** The grant of a ticket, when it comes. */
  Grant awaitGrant(long ticket) throws Exception {
    Deadline.await("ticket " + ticket + " is granted", () -> grantOf(ticket) != null);
    Grant grant = grantOf(ticket);
    if (grant == null) {
      throw new AssertionError();
    }
    return grant;
  }

  private @Nullable Grant grantOf(long ticket) throws IOException {
    return grants().stream().filter(grant -> grant.ticket == ticket).findFirst().orElse(null);
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (channel != null) {
      channel.close();
    }
  }
}
