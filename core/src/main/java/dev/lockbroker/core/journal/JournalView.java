package dev.lockbroker.core.journal;

import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.InvariantViolation;
import dev.lockbroker.core.table.LockTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has been read of one journal file: the fold of its valid lines, and how far that goes.
 *
 * <p>A line is valid if and only if it ends in a newline, its checksum fits, and it names the
 * checksum of the last valid line before it. A line that ends in {@code ~} was torn by a killed
 * writer and closed by the next one; a line with a fitting checksum and another predecessor was
 * computed from an outdated view. Both are skipped by everybody. Anything else is corruption. Text
 * behind the last newline does not exist yet.
 */
final class JournalView {
  /** Closes a torn line, for ever void. */
  private static final String TORN = "~\n";

  /** So much of what was read last is compared when reading on: more than any line repeats. */
  private static final int ANCHOR_LENGTH = 32;

  private final JournalHeader header;
  private final String headerLine;
  private final List<Entry> news = new ArrayList<>();
  private LockTable table;
  private String lastChecksum;
  private byte[] anchor;
  private long offset;
  private long lines;
  private int tailLength;
  private boolean sawTransaction;
  private boolean carried;
  private long sizeWhenNew;

  JournalView(JournalHeader header) {
    this.header = header;
    this.headerLine = header.line();
    this.table = new LockTable(header.counter());
    this.lastChecksum = header.checksum();
    this.anchor = endOf((headerLine + '\n').getBytes(StandardCharsets.ISO_8859_1));
    this.offset = headerLine.length() + 1L;
    this.sizeWhenNew = offset;
    this.lines = 1;
  }

  JournalHeader header() {
    return header;
  }

  /** The header as it stands in the file, without its newline. */
  String headerLine() {
    return headerLine;
  }

  LockTable table() {
    return table;
  }

  /** Where to read on: a little before the end of what was taken in. */
  long offset() {
    return offset - anchor.length;
  }

  /**
   * What is new in the bytes from {@link #offset()} on; null if what was taken in does not stand
   * there any more, because somebody has cut or changed the file.
   */
  byte @Nullable [] newIn(byte[] bytes) {
    int known = anchor.length;
    boolean same =
        bytes.length >= known && Arrays.equals(bytes, 0, known, anchor, 0, anchor.length);
    return same ? Arrays.copyOfRange(bytes, known, bytes.length) : null;
  }

  private static byte[] endOf(byte[] bytes) {
    return Arrays.copyOfRange(bytes, Math.max(0, bytes.length - ANCHOR_LENGTH), bytes.length);
  }

  /** Entries applied since the last call, whoever wrote them. */
  List<Entry> takeNews() {
    List<Entry> taken = List.copyOf(news);
    news.clear();
    return taken;
  }

  /**
   * Takes in what stands in the file behind what was taken in, to its end.
   *
   * @throws IllegalArgumentException for corruption; the view is of no use then
   */
  void feed(byte[] bytes) {
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        lines++;
        boolean first = !sawTransaction;
        takeLine(new String(bytes, start, i - start, StandardCharsets.ISO_8859_1));
        if (first && carried) {
          sizeWhenNew = offset + i + 1;
        }
        start = i + 1;
      }
    }
    if (start > 0) {
      anchor = endOf(Arrays.copyOf(bytes, start));
    }
    offset += start;
    tailLength = bytes.length - start;
  }

  private void takeLine(String line) {
    if (line.endsWith("~")) {
      return;
    }
    int body = 2 * Checksum.LENGTH + 2;
    if (line.length() < body
        || line.charAt(Checksum.LENGTH) != ' '
        || line.charAt(body - 1) != ' '
        || !checksumOf(line).equals(line.substring(Checksum.LENGTH + 1, body - 1))) {
      throw new IllegalArgumentException("line " + lines + " does not match its checksum");
    }
    if (!line.startsWith(lastChecksum)) {
      return;
    }
    applyAll(line.substring(body));
    lastChecksum = line.substring(Checksum.LENGTH + 1, body - 1);
    sawTransaction = true;
  }

  private void applyAll(String text) {
    try {
      List<Entry> entries = EntryCodec.decode(text);
      if (!sawTransaction && carriesOver(entries)) {
        table = LockTable.restored(header.counter(), entries);
        carried = true;
        return;
      }
      for (Entry entry : entries) {
        table.apply(entry);
        news.add(entry);
      }
    } catch (IllegalArgumentException | InvariantViolation e) {
      throw new IllegalArgumentException("line " + lines + ": " + e.getMessage(), e);
    }
  }

  /** New tickets are numbered above the header's counter, carried ones never. */
  private boolean carriesOver(List<Entry> entries) {
    return !entries.isEmpty() && entries.get(0).ticket() <= header.counter();
  }

  /** The line to append for entries already applied to {@link #table()}, terminated. */
  byte[] lineFor(List<Entry> entries) {
    String text = line(lastChecksum, entries);
    return (tailLength > 0 ? TORN + text : text).getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Notes that the bytes of {@link #lineFor} for these entries now stand at the end of the file.
   */
  void wrote(byte[] bytes, List<Entry> entries) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int start = tailLength > 0 ? TORN.length() : 0;
    lastChecksum = text.substring(start + Checksum.LENGTH + 1, start + 2 * Checksum.LENGTH + 1);
    sawTransaction = true;
    anchor = endOf(bytes);
    offset += tailLength + bytes.length;
    lines += tailLength > 0 ? 2 : 1;
    tailLength = 0;
    news.addAll(entries);
  }

  /** How long the file was when it was made: its header and the tickets carried over. */
  long sizeWhenNew() {
    return sizeWhenNew;
  }

  /** Where what {@link #lineFor} writes will begin. */
  long end() {
    return offset + tailLength;
  }

  /** Hands on entries that went into this file as the state after them. */
  void announce(List<Entry> entries) {
    news.addAll(entries);
  }

  /** The whole content of a new file. */
  static byte[] fileOf(JournalHeader header, List<Entry> carried) {
    String text = header.line() + '\n';
    if (!carried.isEmpty()) {
      text += line(header.checksum(), carried);
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String line(String previous, List<Entry> entries) {
    String body = EntryCodec.encode(entries);
    return previous + ' ' + Checksum.of(previous + ' ' + body) + ' ' + body + '\n';
  }

  private static String checksumOf(String line) {
    return Checksum.of(
        line.substring(0, Checksum.LENGTH) + line.substring(2 * Checksum.LENGTH + 1));
  }
}
