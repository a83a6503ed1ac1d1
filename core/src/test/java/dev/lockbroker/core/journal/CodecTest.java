package dev.lockbroker.core.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.Inside;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
  private static final RequestId ID = new RequestId("0123456789abcdef0123456789abcdef");
  private static final ProcessIdentity CLIENT = new ProcessIdentity(42, 4711, 4026531836L, 1000);

  static List<String> hostileTexts() {
    List<String> texts =
        new ArrayList<>(
            List.of(
                "",
                "-",
                "--",
                "%",
                "%2D",
                "%zz",
                " ",
                "a b",
                ";",
                ",",
                "~",
                "a~",
                "\n",
                "\r\n",
                "\u0000",
                "\u001b[2J",
                "e 1 forced",
                "x;e 1 forced\n",
                "ä",
                "\ud83d\ude00",
                "\u202e",
                "\uffff",
                "=:/@+._-"));
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(20); length > 0; length--) {
        int point = random.nextInt(random.nextBoolean() ? 128 : 0x11000);
        boolean half = point >= 0xd800 && point <= 0xdfff;
        text.appendCodePoint(half ? ' ' : point);
      }
      texts.add(text.toString());
    }
    return texts;
  }

  @Test
  void any_text_survives_percent_encoding_as_one_printable_word() {
    for (String text : hostileTexts()) {
      String word = PercentCodec.encode(text);
      assertTrue(word.matches("[!-~]+"), word);
      assertTrue(!word.matches(".*[;,~ ].*"), word);
      assertEquals(text, PercentCodec.decode(word));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "%g0", "%4a%", "%c3%28", "%FF", "%C3", "a b", "é", "a;b", "~"})
  void what_was_never_encoded_is_refused(String word) {
    assertThrows(IllegalArgumentException.class, () -> PercentCodec.decode(word));
  }

  @Test
  void every_entry_survives_its_journal_form() {
    List<Entry> entries = new ArrayList<>();
    long number = 1;
    for (String text : hostileTexts()) {
      entries.add(
          new Entry.Waits(
              number++,
              ID,
              claimsOf(text),
              CLIENT,
              3_600_000,
              LeaseKind.RUN,
              -number,
              text,
              insideOf(text.length())));
    }
    for (long time : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      entries.add(new Entry.Granted(number, LockTable.MAX_COUNTER, time, ~time));
      entries.add(new Entry.Carried(number, 9, time, ~time));
      entries.add(new Entry.Refreshed(number, time));
    }
    for (EndReason reason : EndReason.values()) {
      entries.add(new Entry.Ended(number, reason));
    }
    assertEquals(entries, EntryCodec.decode(EntryCodec.encode(entries)));
    assertEquals(List.of(), EntryCodec.decode(EntryCodec.encode(List.of())));
  }

  private static Inside insideOf(int count) {
    return Inside.firstOf(Stream.iterate(0, i -> i + 1).limit(count).map(Asks::id).toList());
  }

  @Test
  void a_waiter_that_holds_nothing_is_written_as_if_there_were_no_such_field() {
    String line = "w 1 0123456789abcdef0123456789abcdef X:/ 1.1.1.1 1 lease 1 -";
    List<Entry> entries = EntryCodec.decode(line);
    assertEquals(line, EntryCodec.encode(entries));
    String inside = line + " " + Asks.id(1) + "," + Asks.id(2);
    assertEquals(inside, EntryCodec.encode(EntryCodec.decode(inside)));
  }

  @Test
  void more_than_a_line_should_hold_of_outer_requests_is_refused() {
    String line = "w 1 0123456789abcdef0123456789abcdef X:/ 1.1.1.1 1 lease 1 - ";
    String most =
        String.join(",", insideOf(Inside.MAX).requests().stream().map(RequestId::hex).toList());
    assertEquals(1, EntryCodec.decode(line + most).size());
    assertThrows(
        IllegalArgumentException.class, () -> EntryCodec.decode(line + most + "," + Asks.id(99)));
  }

  private static Claims claimsOf(String text) {
    List<Claim> claims = new ArrayList<>();
    claims.add(new Claim(LockMode.SHARED, Scope.ROOT));
    try {
      claims.add(new Claim(LockMode.EXCLUSIVE, new Scope("/name/" + text)));
    } catch (IllegalArgumentException e) {
      // Not every text is a scope.
    }
    return new Claims(claims);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ";",
        "e",
        "e 1",
        "e 1 died ",
        "e 1 died x",
        "e -1 died",
        "e x died",
        "e 1 DIED",
        "z 1",
        "e 1 died;",
        ";e 1 died",
        "e  1 died",
        "r 1",
        "r 1 2 3",
        "g 1 2 3",
        "g 1 -2 3 4",
        "h 1 2 9223372036854775808 4",
        "w 1 abc X:/ 1.1.1.1 1 lease 1 -",
        "w 1 0123456789abcdef0123456789abcdef X: 1.1.1.1 1 lease 1 -",
        "w 1 0123456789abcdef0123456789abcdef X:/a/../b 1.1.1.1 1 lease 1 -",
        "w 1 0123456789abcdef0123456789abcdef X:/,, 1.1.1.1 1 lease 1 -",
        "w 1 0123456789abcdef0123456789abcdef X:/ 1.1.1 1 lease 1 -",
        "w 1 0123456789abcdef0123456789abcdef X:/ 0.1.1.1 1 lease 1 -",
        "w 1 0123456789abcdef0123456789abcdef X:/ 1.1.1.1 1 leash 1 -",
        "w 1 0123456789abcdef0123456789abcdef X:/ 1.1.1.1 1 lease 1",
        "w 1 0123456789abcdef0123456789abcdef X:/%0A 1.1.1.1 1 lease 1 -",
        "w 1 0123456789abcdef0123456789abcdef X:/ 1.1.1.1 1 lease 1 - ",
        "w 1 0123456789abcdef0123456789abcdef X:/ 1.1.1.1 1 lease 1 - -",
        "w 1 0123456789abcdef0123456789abcdef X:/ 1.1.1.1 1 lease 1 - abc",
        "w 1 0123456789abcdef0123456789abcdef X:/ 1.1.1.1 1 lease 1 - 0123456789abcdef0123456789abcdef,",
        "w 1 0123456789abcdef0123456789abcdef X:/ 1.1.1.1 1 lease 1 - 0123456789abcdef0123456789abcdef x"
      })
  void an_entry_of_another_form_is_refused(String text) {
    assertThrows(IllegalArgumentException.class, () -> EntryCodec.decode(text));
  }

  @Test
  void a_header_survives_its_line() {
    JournalHeader header = header(123);
    assertEquals(header, JournalHeader.parse(header.line()));
    assertTrue(header.line().length() < JournalHeader.MAX_BYTES);
  }

  static JournalHeader header(long counter) {
    return new JournalHeader(
        "0123456789abcdef0123456789abcdef",
        "fedcba9876543210",
        new FakeHost().bootId(),
        new FakeHost().timeNamespace(),
        counter);
  }

  @Test
  void a_header_with_a_counter_out_of_range_is_refused() {
    JournalHeader.parse(header(LockTable.MAX_COUNTER).line());
    String tooMuch = header(LockTable.MAX_COUNTER + 1).line();
    assertThrows(IllegalArgumentException.class, () -> JournalHeader.parse(tooMuch));
    String negative = header(-1).line();
    assertThrows(IllegalArgumentException.class, () -> JournalHeader.parse(negative));
  }

  @Test
  void a_header_of_another_version_is_told_from_a_damaged_one() {
    for (String line : List.of("LB2 whatever", "LB2", "LB10 x", "LB")) {
      assertThrows(JournalHeader.NewerFormat.class, () -> JournalHeader.parse(line));
    }
    IllegalArgumentException damaged =
        assertThrows(IllegalArgumentException.class, () -> JournalHeader.parse("LB1 x"));
    assertTrue(!(damaged instanceof JournalHeader.NewerFormat));
    assertThrows(IllegalArgumentException.class, () -> JournalHeader.parse(""));
  }

  @Test
  void lease_tags_survive_the_environment() {
    List<LeaseTag> tags = new ArrayList<>();
    String value = "";
    for (String place : List.of("/r/.git/lockbroker", "/a:b;c d/ä", ":x", "/%/~/\n", ":::", "-")) {
      Claims claims = claimsOf("a;b,c:d e%");
      LeaseTag tag = new LeaseTag(Path.of(place), ID, 12, 13, claims);
      value = tag.encodeInside(value);
      tags.add(0, tag);
    }
    assertEquals(tags, LeaseTag.decode(value));
    assertTrue(value.matches("[!-~]+"));
    assertEquals(List.of(), LeaseTag.decode(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", ";", "/a:b:c:d:e", "/a:0123456789abcdef0123456789abcdef:1:2", "%00:0"})
  void a_malformed_lease_tag_is_refused(String value) {
    assertThrows(IllegalArgumentException.class, () -> LeaseTag.decode(value));
  }

  @Test
  void a_run_entry_has_one_spelling() {
    assertEquals(new RunEntry(12, 345, 7), RunEntry.parse("12.345", "7\n"));
    assertEquals(new RunEntry(12, 345, -1), RunEntry.parse("12.345", "x"));
    for (String name :
        List.of(
            "", ".", "12", "12.", ".5", "0.5", "-1.5", "1.-5", "+1.5", "01.5", "1.05", "1.5.6")) {
      assertNull(RunEntry.parse(name, "7"), name);
    }
  }
}
