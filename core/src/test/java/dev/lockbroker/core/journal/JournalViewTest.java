package dev.lockbroker.core.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.Inside;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Scope;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class JournalViewTest {
  private static final JournalHeader HEADER = CodecTest.header(100);
  private final JournalView view = new JournalView(HEADER);

  static Entry.Waits waits(long ticket) {
    return new Entry.Waits(
        ticket,
        new RequestId(String.format(Locale.ROOT, "%032x", ticket)),
        Claims.of(LockMode.EXCLUSIVE, new Scope("/name/n" + ticket)),
        new ProcessIdentity(42, 4711, 4026531836L, 1000),
        1000,
        LeaseKind.LEASE,
        5,
        "a b",
        new Inside(List.of(new RequestId("0123456789abcdef0123456789abcdef"))));
  }

  private static String write(JournalView writer, Entry... entries) {
    List<Entry> list = List.of(entries);
    byte[] line = writer.lineFor(list);
    list.forEach(writer.table()::apply);
    writer.wrote(line, list);
    return new String(line, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private List<Long> tickets() {
    return view.table().tickets().stream().map(ticket -> ticket.number()).toList();
  }

  @Test
  void what_a_writer_writes_a_reader_reads_however_it_is_cut() {
    JournalView writer = new JournalView(HEADER);
    String text =
        write(writer, waits(101), new Entry.Granted(101, 102, 9, 8))
            + write(writer, new Entry.Refreshed(101, 10), waits(103))
            + write(writer, new Entry.Ended(101, EndReason.RELEASED));
    byte[] all = bytes(text);
    for (int cut = 0; cut <= all.length; cut++) {
      JournalView reader = new JournalView(HEADER);
      reader.feed(Arrays.copyOf(all, cut));
      byte[] file = bytes(HEADER.line() + '\n' + text);
      byte[] rest = reader.newIn(Arrays.copyOfRange(file, (int) reader.offset(), file.length));
      assertNotNull(rest);
      reader.feed(rest);
      assertEquals(writer.table().carryOver(), reader.table().carryOver());
      assertEquals(writer.offset(), reader.offset());
      assertEquals(5, reader.takeNews().size());
    }
  }

  @Test
  void text_behind_the_last_newline_does_not_exist_yet() {
    String line = write(new JournalView(HEADER), waits(101));
    view.feed(bytes(line.substring(0, line.length() - 1)));
    assertEquals(List.of(), tickets());
  }

  @Test
  void a_torn_line_is_closed_for_ever_by_the_next_writer() {
    String torn = write(new JournalView(HEADER), waits(101));
    for (int length = 1; length < torn.length(); length++) {
      JournalView writer = new JournalView(HEADER);
      byte[] start = bytes(torn.substring(0, length));
      writer.feed(start);
      String repair = write(writer, waits(103));
      assertTrue(repair.startsWith("~\n"));
      JournalView reader = new JournalView(HEADER);
      reader.feed(bytes(torn.substring(0, length) + repair));
      assertEquals(writer.table().carryOver(), reader.table().carryOver());
      assertEquals(103, reader.table().tickets().get(0).number());
      assertEquals(1, reader.table().tickets().size());
    }
  }

  @Test
  void two_glued_lines_are_corruption_not_history() {
    JournalView writer = new JournalView(HEADER);
    String first = write(writer, waits(101));
    String second = write(writer, waits(102));
    String glued = first.substring(0, first.length() - 1) + second;
    assertThrows(IllegalArgumentException.class, () -> view.feed(bytes(glued)));
    String half = first.substring(0, 30) + second;
    assertThrows(IllegalArgumentException.class, () -> new JournalView(HEADER).feed(bytes(half)));
  }

  @Test
  void a_line_computed_from_an_outdated_view_is_void() {
    JournalView writer = new JournalView(HEADER);
    JournalView outdated = new JournalView(HEADER);
    String first = write(writer, waits(101));
    String stale = write(outdated, waits(102));
    String third = write(writer, waits(103));
    view.feed(bytes(first + stale + third));
    assertEquals(List.of(101L, 103L), tickets());
  }

  @Test
  void a_void_line_may_say_anything() {
    String body = "deadbeef";
    String text = "e 777 forced";
    String line = body + ' ' + Checksum.of(body + ' ' + text) + ' ' + text + '\n';
    view.feed(bytes(line));
    assertEquals(List.of(), tickets());
  }

  @Test
  void live_tickets_are_carried_over_in_the_first_transaction_alone() {
    List<Entry> carried = List.of(waits(7), new Entry.Carried(7, 9, 50, 40), waits(8));
    byte[] file = JournalView.fileOf(HEADER, carried);
    byte[] body = Arrays.copyOfRange(file, HEADER.line().length() + 1, file.length);
    view.feed(body);
    assertEquals(List.of(7L, 8L), tickets());
    assertEquals(carried, view.table().carryOver());
    assertEquals(100, view.table().counter());
    assertEquals(file.length, view.sizeWhenNew());
    assertEquals(List.of(), view.takeNews());
    String again =
        new String(new JournalView(HEADER).lineFor(List.of(waits(9))), StandardCharsets.ISO_8859_1);
    view.feed(bytes(again)); // names the header as its predecessor: void now
    assertEquals(List.of(7L, 8L), tickets());
  }

  @Test
  void old_numbers_after_the_first_transaction_are_corruption() {
    JournalView writer = new JournalView(HEADER);
    String first = write(writer, waits(101));
    String old = new String(writer.lineFor(List.of(waits(7))), StandardCharsets.ISO_8859_1);
    assertThrows(IllegalArgumentException.class, () -> view.feed(bytes(first + old)));
    String held =
        new String(
            writer.lineFor(List.of(new Entry.Carried(101, 102, 1, 1))),
            StandardCharsets.ISO_8859_1);
    assertThrows(
        IllegalArgumentException.class, () -> new JournalView(HEADER).feed(bytes(first + held)));
  }

  @Test
  void a_first_transaction_that_grants_what_nobody_asked_for_is_corruption() {
    for (Entry entry :
        List.of(
            new Entry.Ended(7, EndReason.DIED),
            new Entry.Granted(7, 101, 1, 1),
            new Entry.Carried(7, 9, 1, 1),
            new Entry.Granted(101, 102, 1, 1))) {
      byte[] line = new JournalView(HEADER).lineFor(List.of(entry));
      assertThrows(
          IllegalArgumentException.class, () -> new JournalView(HEADER).feed(line), "" + entry);
    }
  }

  /** A journal with carried tickets, a torn line, plain ones and, if wanted, a void line. */
  static byte[] sample(boolean withVoidLine) {
    List<Entry> carried = List.of(waits(7), new Entry.Carried(7, 9, 50, 40), waits(8));
    byte[] file = JournalView.fileOf(HEADER, carried);
    JournalView writer = new JournalView(HEADER);
    writer.feed(Arrays.copyOfRange(file, HEADER.line().length() + 1, file.length));
    StringBuilder text = new StringBuilder(new String(file, StandardCharsets.ISO_8859_1));
    text.append(write(writer, waits(101), new Entry.Granted(101, 102, 60, 50)));
    String torn = new String(writer.lineFor(List.of(waits(103))), StandardCharsets.ISO_8859_1);
    text.append(torn, 0, 40);
    writer.feed(bytes(torn.substring(0, 40)));
    text.append(write(writer, new Entry.Ended(7, EndReason.RELEASED), waits(104)));
    text.append(withVoidLine ? write(new JournalView(HEADER), waits(105)) : "");
    text.append(write(writer, new Entry.Refreshed(101, 70)));
    return bytes(text.toString());
  }

  private static List<Entry> history(byte[] file) {
    int end = 0;
    while (end < file.length && file[end] != '\n') {
      end++;
    }
    if (end == file.length) {
      throw new IllegalArgumentException("no header");
    }
    JournalHeader header =
        JournalHeader.parse(new String(file, 0, end, StandardCharsets.ISO_8859_1));
    assertEquals(HEADER, header);
    JournalView reader = new JournalView(header);
    reader.feed(Arrays.copyOfRange(file, end + 1, file.length));
    List<Entry> all = new ArrayList<>(reader.table().carryOver());
    all.add(new Entry.Ended(reader.table().counter(), EndReason.FORCED));
    return all;
  }

  /** The states after each line, as {@link #history} shows them. */
  private static List<List<Entry>> prefixes(byte[] file) {
    List<List<Entry>> prefixes = new ArrayList<>();
    for (int i = HEADER.line().length(); i < file.length; i++) {
      if (file[i] == '\n') {
        prefixes.add(history(Arrays.copyOf(file, i + 1)));
      }
    }
    return prefixes;
  }

  @Test
  void no_flipped_byte_ever_shows_another_history() {
    flipEveryByte(sample(false), false);
  }

  /**
   * A line's last byte that becomes {@code ~} makes the line void, like any torn one; then a void
   * line behind it may find its predecessor again. This one flip cannot be told from a tear.
   */
  @Test
  void no_flipped_byte_but_one_that_looks_like_a_tear_revives_a_void_line() {
    flipEveryByte(sample(true), true);
  }

  private static void flipEveryByte(byte[] file, boolean exceptTears) {
    List<List<Entry>> prefixes = prefixes(file);
    int corrupt = 0;
    int shorter = 0;
    for (int at = 0; at < file.length; at++) {
      for (int value = 0; value < 256; value++) {
        boolean tear = value == '~' && at + 1 < file.length && file[at + 1] == '\n';
        if ((byte) value != file[at] && !(tear && exceptTears)) {
          byte[] damaged = file.clone();
          damaged[at] = (byte) value;
          try {
            List<Entry> seen = history(damaged);
            assertTrue(prefixes.contains(seen), "byte " + at + " as " + value + " shows " + seen);
            shorter++;
          } catch (IllegalArgumentException e) {
            corrupt++;
          }
        }
      }
    }
    System.out.printf(
        "%d bytes, every flip: %d corrupt, %d a prefix%n", file.length, corrupt, shorter);
    assertTrue(corrupt > 10 * shorter);
  }

  @Test
  void every_truncation_shows_a_prefix() {
    byte[] file = sample(true);
    List<List<Entry>> prefixes = prefixes(file);
    for (int length = HEADER.line().length() + 1; length < file.length; length++) {
      assertTrue(prefixes.contains(history(Arrays.copyOf(file, length))), "cut at " + length);
    }
    for (int length = 0; length <= HEADER.line().length(); length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThrows(IllegalArgumentException.class, () -> history(cut));
    }
  }
}
