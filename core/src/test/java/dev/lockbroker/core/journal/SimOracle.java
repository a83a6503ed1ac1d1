package dev.lockbroker.core.journal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bytes of the simulated journal by itself, at every change, and knows what really goes
 * on in the world: who lives, who asked for what. So it can tell whether each entry has a cause.
 */
final class SimOracle {
  private final SimWorld world;
  private final IdentityHashMap<SimDisk.Node, File> files = new IdentityHashMap<>();
  private final IdentityHashMap<SimProcess, Tenure> tenures = new IdentityHashMap<>();
  private final Set<String> nonces = new HashSet<>();
  private final Set<String> written = new HashSet<>();
  private final Set<String> spent = new HashSet<>();
  private final Set<Long> excused = new HashSet<>();
  private final SimWishes wishes;
  private final Set<String> struckOff = new HashSet<>();
  private @Nullable File current;
  private long highest;

  SimOracle(SimWorld world) {
    this.world = world;
    this.wishes = world.wishes;
  }

  /** One journal file. */
  private static final class File {
    final SimDisk.Node node;
    final String header;
    final String guard;
    final String boot;
    int offset;
    long highest;
    String last;
    boolean second = true;
    NavigableMap<Long, SimTicket> tickets = new TreeMap<>();

    File(SimDisk.Node node, String header) {
      this.node = node;
      this.header = header;
      String[] words = header.split(" ", -1);
      this.guard = words[1];
      this.boot = words[3];
      this.last = words[6];
      this.offset = header.length() + 1;
    }

    String nonce() {
      return header.split(" ", -1)[2];
    }
  }

  /** A stay inside the guard. */
  private static final class Tenure {
    final long meddlings;
    final long since;
    int lines;

    Tenure(long meddlings, long since) {
      this.meddlings = meddlings;
      this.since = since;
    }
  }

  void entered(SimProcess process) {
    tenures.put(process, new Tenure(world.meddlings, world.now));
  }

  void left(SimProcess process) {
    tenures.remove(process);
  }

  /** The tickets of the journal that the path names, by number. */
  NavigableMap<Long, SimTicket> tickets() {
    File file = current;
    return file == null ? new TreeMap<>() : file.tickets;
  }

  boolean isExcused(long ticket) {
    return excused.contains(ticket);
  }

  /** Whether that was ever written to the journal that the path named. */
  boolean wasWritten(long ticket, long token, long until) {
    return written.contains(ticket + " " + token + " " + until);
  }

  /** The journal may have changed, by that process; null if by an administrator or the machine. */
  void changed(@Nullable SimProcess by) {
    SimDisk.Node node = world.disk.journal();
    File before = current;
    if (node == null) {
      excuseAll(before);
      current = null;
      return;
    }
    if (before == null || before.node != node) {
      File file = files.get(node);
      boolean isNew = file == null;
      if (file == null) {
        file = begin(node, by);
        if (file == null) {
          return;
        }
        files.put(node, file);
      }
      current = file;
      readOn(file, by, isNew);
      if (isNew) {
        compare(before, file, by);
      } else {
        excuseAll(before);
      }
      return;
    }
    readOn(before, by, false);
  }

  /** Somebody removed its run folder by hand. */
  void excuse(String folder) {
    for (SimTicket ticket : tickets().values()) {
      if (folder.equals(ticket.request + "." + ticket.number)) {
        excused.add(ticket.number);
      }
    }
  }

  private void excuseAll(@Nullable File file) {
    if (file != null) {
      excused.addAll(file.tickets.keySet());
    }
  }

  private @Nullable File begin(SimDisk.Node node, @Nullable SimProcess by) {
    String text = node.text();
    int end = text.indexOf('\n');
    if (end < 0) {
      if (by != null) {
        throw broken(SimLaw.V7_A_FILE_IS_ITS_OWN, "a journal without a whole first line");
      }
      return null;
    }
    File file = new File(node, text.substring(0, end));
    if (by != null) {
      law(nonces.add(file.nonce()), SimLaw.V7_A_FILE_IS_ITS_OWN, () -> "a nonce used twice");
      law(
          file.boot.equals(world.bootId),
          SimLaw.V7_A_FILE_IS_ITS_OWN,
          () -> "made of another boot");
    }
    return file;
  }

  /** A new file: compaction, creation, or the journal of a new boot. */
  private void compare(@Nullable File before, File file, @Nullable SimProcess by) {
    Tenure tenure = by == null ? null : tenures.get(by);
    boolean meddled = tenure == null || tenure.meddlings != world.meddlings;
    if (before == null) {
      for (SimTicket ticket : file.tickets.values()) {
        law(
            meddled || world.figures.moves > 0 || ticket.number > highest,
            SimLaw.V2_NUMBERS_RISE,
            () -> "again " + ticket);
      }
      raise(file);
      if (!meddled) {
        checkGrantable(by);
      }
      return;
    }
    if (meddled || !before.boot.equals(file.boot) || isOfTheGuard(file, before)) {
      excuseAll(before);
      raise(file);
      return;
    }
    world.figures.compactions++;
    law(
        before.guard.equals(file.guard),
        SimLaw.V7_A_FILE_IS_ITS_OWN,
        () -> "a journal thrown away");
    for (SimTicket old : before.tickets.values()) {
      SimTicket now = file.tickets.get(old.number);
      if (now == null) {
        checkEnd(old, "");
      } else if (old.held) {
        law(
            now.held && now.token == old.token,
            SimLaw.V4_NO_END_WITHOUT_CAUSE,
            () -> "lost: " + old);
        law(
            now.until >= old.until,
            SimLaw.V5_UNTIL_NEVER_FALLS_NOR_EXCEEDS,
            () -> "shorter: " + now);
        if (now.until > old.until) {
          checkRefresh(now);
        }
      } else if (now.held) {
        checkGrant(now, file, by);
      }
    }
    for (SimTicket now : file.tickets.values()) {
      if (!before.tickets.containsKey(now.number)) {
        law(now.number > highest(file), SimLaw.V2_NUMBERS_RISE, () -> "again " + now);
        checkJoin(now, by);
        if (now.held) {
          checkGrant(now, file, by);
        }
      }
    }
    raise(file);
    checkPairs(file);
    checkFolders();
    checkGrantable(by);
  }

  /** The journal before belonged to a guard that is not there any more. */
  private boolean isOfTheGuard(File file, File before) {
    SimDisk.Node guard = world.disk.find(SimDisk.GUARD);
    return guard != null && guard.text().equals(file.guard) && !file.guard.equals(before.guard);
  }

  /** Numbers that were given out and are over already are told by the header's counter alone. */
  private void raise(File file) {
    for (SimTicket ticket : file.tickets.values()) {
      file.highest = Math.max(file.highest, Math.max(ticket.number, ticket.token));
    }
    highest = Math.max(highest, file.highest);
  }

  private void readOn(File file, @Nullable SimProcess by, boolean isNew) {
    if (!file.boot.equals(world.bootId)) {
      law(by == null, SimLaw.V7_A_FILE_IS_ITS_OWN, () -> "written on in a journal of another boot");
      return;
    }
    String text =
        new String(
            file.node.bytes,
            file.offset,
            file.node.size - file.offset,
            StandardCharsets.ISO_8859_1);
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      readLine(file, text.substring(start, end), by, isNew);
      start = end + 1;
    }
    file.offset += start;
  }

  private void readLine(File file, String line, @Nullable SimProcess by, boolean isNew) {
    if (line.endsWith("~")) {
      world.figures.tears++;
      return;
    }
    String[] words = line.split(" ", 3);
    CRC32 crc = new CRC32();
    if (words.length == 3) {
      crc.update((words[0] + " " + words[2]).getBytes(StandardCharsets.ISO_8859_1));
    }
    law(
        words.length == 3 && words[1].equals(Hex.of(crc.getValue(), 8)),
        SimLaw.NO_FALSE_ALARM,
        () -> "an unreadable line: " + line);
    world.trace("%s wrote: %s", by, words[2]);
    if (!words[0].equals(file.last)) {
      world.figures.voidLines++;
      return;
    }
    file.last = words[1];
    Tenure tenure = by == null ? null : tenures.get(by);
    if (tenure != null && !isNew) {
      tenure.lines++;
      law(tenure.lines < 2, SimLaw.T7_ONE_LINE_FOR_ONE_TRANSACTION, () -> line);
    }
    boolean carried = isNew && file.second;
    file.second = false;
    for (String entry : words[2].split(";", -1)) {
      apply(file, entry.split(" ", -1), carried || by == null, by);
    }
    if (!isNew) {
      checkPairs(file);
      checkFolders();
      checkGrantable(by);
    }
  }

  private void apply(File file, String[] words, boolean carried, @Nullable SimProcess by) {
    long number = Long.parseLong(words[1]);
    switch (words[0]) {
      case "w" -> {
        SimTicket ticket = ticket(number, words);
        if (!carried) {
          rise(file, number);
          checkJoin(ticket, by);
        }
        file.tickets.put(number, ticket);
      }
      case "g", "h" -> {
        SimTicket ticket = require(file, number);
        ticket.held = true;
        ticket.token = Long.parseLong(words[2]);
        ticket.until = Long.parseLong(words[3]);
        note(ticket);
        if (!carried) {
          rise(file, ticket.token);
          checkGrant(ticket, file, by);
        }
      }
      case "r" -> {
        SimTicket ticket = require(file, number);
        long until = Long.parseLong(words[2]);
        law(
            until >= ticket.until,
            SimLaw.V5_UNTIL_NEVER_FALLS_NOR_EXCEEDS,
            () -> "shorter: " + ticket);
        ticket.until = until;
        note(ticket);
        if (!carried) {
          checkRefresh(ticket);
        }
      }
      default -> {
        SimTicket ticket = require(file, number);
        if (!carried) {
          checkEnd(ticket, words[2]);
        }
        file.tickets.remove(number);
      }
    }
  }

  private SimTicket ticket(long number, String[] words) {
    SimClient owner = world.owner(words[2]);
    return new SimTicket(
        number,
        words[2],
        words[3],
        words[4],
        Long.parseLong(words[5]) * FakeHost.MS,
        words[6].equals("run"),
        owner);
  }

  private SimTicket require(File file, long number) {
    SimTicket ticket = file.tickets.get(number);
    if (ticket == null) {
      throw broken(SimLaw.NO_FALSE_ALARM, "an entry about no ticket: " + number);
    }
    return ticket;
  }

  private void note(SimTicket ticket) {
    written.add(ticket.number + " " + ticket.token + " " + ticket.until);
  }

  private void rise(File file, long number) {
    law(number > highest(file), SimLaw.V2_NUMBERS_RISE, () -> number + " after " + highest(file));
    highest = Math.max(highest, number);
    file.highest = number;
  }

  /** Over all files; but one that was away and is put back goes on where it was. */
  private long highest(File file) {
    return world.figures.moves > 0 ? file.highest : highest;
  }

  /** A stalled broker may ask for what is over already, as it has nothing to know it by. */
  private void checkJoin(SimTicket ticket, @Nullable SimProcess by) {
    law(
        !spent.contains(ticket.request) || by != ticket.owner.process,
        SimLaw.C1_A_REQUEST_THAT_HELD_IS_NOT_ASKED_AGAIN,
        () -> String.valueOf(ticket));
    ticket.owner.joined(ticket);
  }

  private void checkGrant(SimTicket ticket, File file, @Nullable SimProcess by) {
    law(
        ticket.until - world.now <= ticket.ttlNanos,
        SimLaw.V5_UNTIL_NEVER_FALLS_NOR_EXCEEDS,
        () -> "for longer than its ttl: " + ticket);
    for (SimTicket other : file.tickets.values()) {
      boolean earlier = !other.held && other.number < ticket.number;
      law(
          !earlier || !other.conflictsWith(ticket),
          SimLaw.V3_NO_GRANT_PAST_AN_EARLIER_WAITER,
          () -> ticket + " past " + other);
    }
    Tenure tenure = by == null ? null : tenures.get(by);
    SimProcess client = ticket.owner.process;
    law(
        tenure == null
            || by == null
            || !client.isDead()
            || client.endedAt >= tenure.since
            || !client.visible
            || world.lastDoubt >= tenure.since
            || by.isBroker,
        SimLaw.T6_THE_DEAD_ARE_NOT_GRANTED,
        () -> String.valueOf(ticket));
    world.checkOrder(ticket);
  }

  private void checkRefresh(SimTicket ticket) {
    law(
        wishes.takeRefresh(ticket.number),
        SimLaw.C5_ONE_HEARTBEAT_ONE_REFRESH,
        () -> "refreshed without being asked to: " + ticket);
    law(
        ticket.until - world.now <= ticket.ttlNanos,
        SimLaw.V5_UNTIL_NEVER_FALLS_NOR_EXCEEDS,
        () -> "for longer than its ttl: " + ticket);
  }

  /** An empty reason: it is missing in a compacted file, and any cause will do. */
  private void checkEnd(SimTicket ticket, String why) {
    boolean byClient = wishes.isEnded(ticket.request);
    boolean forced = wishes.isForced(ticket.number);
    boolean dead = ticket.owner.process.isDead();
    boolean lapsed = ticket.held && world.now >= ticket.until;
    boolean caused =
        switch (why) {
          case "released", "cancelled" -> byClient;
          case "forced" -> forced;
          case "died" -> dead || (byClient && ticket.run);
          case "expired" -> lapsed;
          default -> byClient || forced || dead || lapsed;
        };
    law(caused, SimLaw.V4_NO_END_WITHOUT_CAUSE, () -> why + " " + ticket);
    if (forced) {
      // Also one whose administrator was killed half-way: its workers are struck off already.
      excused.add(ticket.number);
    } else if (ticket.run && ticket.held && !isExcused(ticket.number)) {
      checkWorkers(ticket, byClient && !wishes.isViolent(ticket.request));
    }
    if (ticket.owner.knowsItHeld(ticket.request)) {
      spent.add(ticket.request);
    }
    ticket.owner.left(ticket);
  }

  private void checkWorkers(SimTicket ticket, boolean released) {
    law(
        !world.executes(ticket.number),
        SimLaw.V4_NO_END_WITHOUT_CAUSE,
        () -> "its command runs: " + ticket);
    struckOff.add(ticket.request + "." + ticket.number);
    law(
        released || !world.hasHeirs(ticket),
        SimLaw.R6_HEIRS_KEEP_THE_LEASE,
        () -> String.valueOf(ticket));
  }

  private void checkFolders() {
    for (String folder : struckOff) {
      law(
          world.meddlings > 0 || world.disk.run(folder) == null,
          SimLaw.V8_REGISTERED_BEFORE_EXECUTED,
          () -> "its run folder is still there: " + folder);
    }
    struckOff.clear();
  }

  private void checkPairs(File file) {
    List<SimTicket> held = new ArrayList<>();
    for (SimTicket ticket : file.tickets.values()) {
      if (ticket.held) {
        for (SimTicket other : held) {
          law(
              !ticket.conflictsWith(other),
              SimLaw.V1_LEASES_DO_NOT_CONFLICT,
              () -> ticket + " and " + other);
        }
        held.add(ticket);
      }
    }
  }

  /** T6: whoever wrote has granted to all. */
  private void checkGrantable(@Nullable SimProcess by) {
    File file = current;
    Tenure tenure = by == null ? null : tenures.get(by);
    if (file == null || tenure == null) {
      return;
    }
    for (SimTicket ticket : file.tickets.values()) {
      law(
          ticket.held
              || ticket.owner.process.isDead()
              || ticket.firstInTheWay(file.tickets.values()) != null,
          SimLaw.T6_WHO_CAN_BE_GRANTED_IS,
          () -> "left waiting: " + ticket);
    }
  }

  static SimLaw.Broken broken(SimLaw law, String how) {
    return new SimLaw.Broken(law, how);
  }

  /** In a world where a copy of the journal lives on, only some laws are left. */
  void law(boolean holds, SimLaw law, Supplier<String> how) {
    if (!holds && (!world.forked || law.holdsInCopies())) {
      throw broken(law, how.get());
    }
  }
}
