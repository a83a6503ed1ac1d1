package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.Inside;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * Entries as words: {@code w ticket request claims client ttl kind since label [inside]}, {@code
 * g|h ticket token until since}, {@code r ticket until}, {@code e ticket reason}; joined by {@code
 * ;}.
 *
 * <p>{@code since} (when the ticket joined, or was granted) is ours beyond the bare protocol: "held
 * for 12 s" must be answerable from the journal alone. So is {@code inside} (the requests whose
 * leases the asker holds, joined by commas), which is only there if he holds any.
 */
final class EntryCodec {
  private EntryCodec() {}

  static String encode(List<Entry> entries) {
    Writer writer = new Writer();
    for (Entry entry : entries) {
      if (writer.out.length() > 0) {
        writer.out.append(';');
      }
      entry.deliverTo(writer);
    }
    return writer.out.toString();
  }

  /**
   * The entries of a line.
   *
   * @throws IllegalArgumentException if the text is not what {@link #encode} writes
   */
  static List<Entry> decode(String text) {
    List<Entry> entries = new ArrayList<>();
    int start = 0;
    while (start <= text.length() && !text.isEmpty()) {
      int end = text.indexOf(';', start);
      end = end < 0 ? text.length() : end;
      entries.add(decodeOne(text.substring(start, end)));
      start = end + 1;
    }
    return entries;
  }

  private static Entry decodeOne(String text) {
    Words words = new Words(text);
    String letter = words.next();
    Entry entry =
        switch (letter) {
          case "w" -> waits(words);
          case "g" -> new Entry.Granted(words.number(), words.number(), words.time(), words.time());
          case "h" -> new Entry.Carried(words.number(), words.number(), words.time(), words.time());
          case "r" -> new Entry.Refreshed(words.number(), words.time());
          case "e" -> new Entry.Ended(words.number(), EndReason.ofWord(words.next()));
          default -> throw new IllegalArgumentException("an unknown entry");
        };
    words.end();
    return entry;
  }

  private static Entry waits(Words words) {
    return new Entry.Waits(
        words.number(),
        new RequestId(words.next()),
        claims(words.next()),
        ProcessIdentity.parse(words.next()),
        words.number(),
        LeaseKind.ofWord(words.next()),
        words.time(),
        PercentCodec.decode(words.next()),
        words.hasNext() ? inside(words.next()) : Inside.NONE);
  }

  private static Inside inside(String word) {
    List<RequestId> requests = new ArrayList<>(2);
    for (String one : word.split(",", -1)) {
      requests.add(new RequestId(one));
    }
    return new Inside(requests);
  }

  static void appendClaims(Claims claims, StringBuilder out) {
    char separator = 0;
    for (Claim claim : claims.list()) {
      if (separator != 0) {
        out.append(separator);
      }
      out.append(claim.mode().letter()).append(':');
      PercentCodec.encode(claim.scope().path(), out);
      separator = ',';
    }
  }

  static Claims claims(String word) {
    List<Claim> list = new ArrayList<>(2);
    int start = 0;
    while (start <= word.length()) {
      int end = word.indexOf(',', start);
      end = end < 0 ? word.length() : end;
      list.add(claim(word.substring(start, end)));
      start = end + 1;
    }
    return new Claims(list);
  }

  private static Claim claim(String word) {
    if (word.length() < 3 || word.charAt(1) != ':') {
      throw new IllegalArgumentException("a broken claim");
    }
    return new Claim(
        LockMode.ofLetter(word.charAt(0)), new Scope(PercentCodec.decode(word.substring(2))));
  }

  /** The words of one entry, in order. */
  private static final class Words {
    private final String text;
    private int at;

    Words(String text) {
      this.text = text;
    }

    String next() {
      if (at > text.length()) {
        throw new IllegalArgumentException("an entry with a word missing");
      }
      int end = text.indexOf(' ', at);
      end = end < 0 ? text.length() : end;
      String word = text.substring(at, end);
      at = end + 1;
      return word;
    }

    boolean hasNext() {
      return at <= text.length();
    }

    /** A count: never negative. */
    long number() {
      long number = time();
      if (number < 0) {
        throw new IllegalArgumentException("a negative number");
      }
      return number;
    }

    /** An instant of the monotonic clock, which may begin anywhere. */
    long time() {
      return Long.parseLong(next());
    }

    void end() {
      if (hasNext()) {
        throw new IllegalArgumentException("an entry with a word too many");
      }
    }
  }

  /** Writes each kind of entry. */
  private static final class Writer implements Entry.Handler {
    private final StringBuilder out = new StringBuilder(160);

    @Override
    public void waits(Entry.Waits e) {
      out.append("w ").append(e.ticket()).append(' ').append(e.request().hex()).append(' ');
      appendClaims(e.claims(), out);
      out.append(' ').append(e.client()).append(' ').append(e.ttlMillis());
      out.append(' ').append(e.kind().word()).append(' ').append(e.sinceNanos()).append(' ');
      PercentCodec.encode(e.label(), out);
      char separator = ' ';
      for (RequestId request : e.inside().requests()) {
        out.append(separator).append(request.hex());
        separator = ',';
      }
    }

    @Override
    public void granted(Entry.Granted e) {
      lease('g', e.ticket(), e.token(), e.untilNanos(), e.sinceNanos());
    }

    @Override
    public void carried(Entry.Carried e) {
      lease('h', e.ticket(), e.token(), e.untilNanos(), e.sinceNanos());
    }

    @Override
    public void refreshed(Entry.Refreshed e) {
      out.append("r ").append(e.ticket()).append(' ').append(e.untilNanos());
    }

    @Override
    public void ended(Entry.Ended e) {
      out.append("e ").append(e.ticket()).append(' ').append(e.reason().word());
    }

    private void lease(char letter, long ticket, long token, long untilNanos, long sinceNanos) {
      out.append(letter).append(' ').append(ticket).append(' ').append(token);
      out.append(' ').append(untilNanos).append(' ').append(sinceNanos);
    }
  }
}
