package dev.lockbroker.core.table;

import dev.lockbroker.core.process.ProcessIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Short names for what table tests are made of. */
final class Samples {
  static final long MS = 1_000_000;

  private Samples() {}

  static RequestId id(int number) {
    return new RequestId(String.format(Locale.ROOT, "%032x", number));
  }

  static ProcessIdentity client(int number) {
    return new ProcessIdentity(100 + number, 1000 + number, 4026531836L, 1000);
  }

  /** Claims written as in journals: {@code X:/worktree/a,S:/ref/b}. */
  static Claims claims(String text) {
    List<Claim> list = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      list.add(Claim.parse(one));
    }
    return new Claims(list);
  }

  static Command.Request ask(int number, String claims) {
    return request(number, claims, 1000, LeaseKind.LEASE, false, false);
  }

  static Command.Request tryAsk(int number, String claims) {
    return request(number, claims, 1000, LeaseKind.LEASE, false, true);
  }

  static Command.Request resume(int number, String claims) {
    return request(number, claims, 1000, LeaseKind.LEASE, true, false);
  }

  static Command.Request request(
      int number, String claims, long ttlMillis, LeaseKind kind, boolean held, boolean onlyIfFree) {
    return new Command.Request(
        id(number),
        claims(claims),
        client(number),
        ttlMillis,
        kind,
        "c" + number,
        held,
        onlyIfFree);
  }

  /** Asks while those of {@code inside} are held. */
  static Command.Request askInside(int number, String claims, int... inside) {
    return new Command.Request(
        id(number),
        claims(claims),
        client(number),
        1000,
        LeaseKind.LEASE,
        "c" + number,
        false,
        false,
        inside(inside));
  }

  static Inside inside(int... requests) {
    return new Inside(IntStream.of(requests).mapToObj(Samples::id).toList());
  }

  static Entry.Waits waits(long ticket, int request, String claims) {
    return new Entry.Waits(
        ticket,
        id(request),
        claims(claims),
        client(request),
        1000,
        LeaseKind.LEASE,
        7,
        "label",
        Inside.NONE);
  }
}
