package dev.lockbroker.core.git;

import dev.lockbroker.core.git.Incident.Item;
import dev.lockbroker.core.journal.Aftermath;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Inside;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A folder that looks like a git repository with a journal, and leases that end in it. */
final class Scene {
  private static final long MINUTE = 60_000_000_000L;

  final Path top;
  final Path common;
  final Path journal;
  final FakeMachine machine;
  final Aftermath aftermath;
  final Incidents incidents;

  Scene(Path root) throws IOException {
    Path real = root.toRealPath();
    top = real.resolve("repo");
    common = top.resolve(".git");
    journal = common.resolve("lockbroker");
    machine = new FakeMachine(real.resolve("proc"));
    for (String folder : List.of("objects/info", "objects/pack", "refs/heads", "lockbroker")) {
      Files.createDirectories(common.resolve(folder));
    }
    Files.writeString(common.resolve("HEAD"), "ref: refs/heads/main\n");
    Files.writeString(journal.resolve("journal"), "lines");
    // As if lines had been added since: then it can be seen that the time of birth is told.
    Files.setLastModifiedTime(
        journal.resolve("journal"), FileTime.from(Instant.now().plusSeconds(1)));
    aftermath = GitAftermath.of(journal, machine, machine, machine.proc);
    incidents = new Incidents(journal);
  }

  Path file(String name) throws IOException {
    Path file = common.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "content of " + name);
  }

  /** A linked working tree as git makes it. */
  Path tree(String id) throws IOException {
    Path git = common.resolve("worktrees").resolve(id);
    Path where = Files.createDirectories(top.resolveSibling(id));
    Files.createDirectories(git);
    Files.writeString(git.resolve("gitdir"), where.resolve(".git") + "\n");
    Files.writeString(git.resolve("commondir"), "../..\n");
    Files.writeString(git.resolve("HEAD"), "ref: refs/heads/" + id + "\n");
    Files.writeString(git.resolve("index"), "");
    return where;
  }

  /** A run lease, granted a minute ago. */
  Ticket lease(int number, String claims) {
    return lease(number, claims, LeaseKind.RUN, machine.uid, FakeMachine.NOW - MINUTE);
  }

  Ticket lease(int number, String claims, LeaseKind kind, long uid, long sinceNanos) {
    List<Claim> list = new ArrayList<>();
    for (String one : claims.split(",", -1)) {
      list.add(Claim.parse(one));
    }
    return new Ticket(
        number,
        new RequestId(String.format(Locale.ROOT, "%032x", number)),
        new Claims(list),
        new ProcessIdentity(4711, 1, 4026531836L, uid),
        10_000,
        kind,
        sinceNanos,
        "robot",
        Inside.NONE,
        new Ticket.Hold(number + 1, FakeMachine.NOW, sinceNanos));
  }

  void ends(Ticket lease, EndReason reason, Ticket... others) {
    List<Ticket> held = new ArrayList<>(List.of(others));
    held.add(lease);
    aftermath.ending(lease, reason, held);
  }

  void dies(Ticket lease, Ticket... others) {
    ends(lease, EndReason.DIED, others);
  }

  boolean isThere(String name) {
    return Files.exists(common.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  boolean isAside(int ticket, String name) {
    return Files.exists(journal.resolve("undo/" + ticket + "/" + name), LinkOption.NOFOLLOW_LINKS);
  }

  /** Why a file was kept, as the record of that ticket says; empty if it does not. */
  String why(int ticket, String name) {
    Incident incident = incidents.of(ticket);
    if (incident == null) {
      return "";
    }
    return incident.items(Item.Kind.KEPT).stream()
        .filter(item -> item.path().equals(name))
        .map(Item::text)
        .findFirst()
        .orElse("");
  }
}
