package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Ticket;
import java.util.List;

/** Ends tickets by force, removes the directory, moves it away, puts it back, or a copy of it. */
final class SimAdmin extends SimActor implements Party {
  private static final String ASIDE = "aside";
  private final Arbiter arbiter;
  private boolean removing;

  SimAdmin(SimWorld world, SimProcess process) {
    super(world, process);
    this.arbiter = world.arbiter(process);
  }

  @Override
  public boolean actsFor(Ticket ticket) {
    return false;
  }

  @Override
  public boolean vouchesFor(ProcessIdentity other) {
    return false;
  }

  @Override
  void step() {
    if (world.isSettling()) {
      return;
    }
    if (removing) {
      removeOne();
    } else if (world.plan.meddling() && world.random.oneIn(3)) {
      meddle();
    } else if (world.plan.admin()) {
      force();
    }
  }

  private void force() {
    try {
      Turn seen = arbiter.look();
      List<Ticket> tickets = arbiter.table().tickets();
      if ((seen == null && tickets.isEmpty()) || tickets.isEmpty()) {
        return;
      }
      Ticket ticket = world.random.pick(tickets);
      world.wishes.force(ticket.number());
      world.trace("admin forces %d", ticket.number());
      world.figures.forces++;
      Turn unused = arbiter.transact(List.of(Asks.force(ticket)), this, world.patience());
    } catch (JournalException e) {
      world.trouble(process, e);
    }
  }

  private void meddle() {
    switch (world.random.below(4)) {
      case 0, 1 -> {
        removing = true;
        world.figures.deletions++;
        removeOne();
      }
      case 2 -> move();
      default -> copy();
    }
  }

  /** One operation of {@code rm -rf}, which gives up where somebody puts new files. */
  private void removeOne() {
    SimDisk.Node place = world.disk.place();
    if (place == null) {
      removing = false;
      return;
    }
    SimDisk.Node runs = place.names().get(SimDisk.RUN);
    if (place.names().isEmpty()) {
      world.disk.top.remove(SimDisk.PLACE);
      removing = false;
      done("rmdir");
    } else if (runs != null && !runs.names().isEmpty()) {
      String folder = runs.names().firstKey();
      runs.names().remove(folder);
      world.oracle.excuse(folder);
      done("rm -r run/" + folder);
    } else {
      List<String> names = List.copyOf(place.names().keySet());
      String name = world.random.pick(names);
      place.names().remove(name);
      done("rm " + name);
      removing = !world.random.oneIn(12);
    }
  }

  private void move() {
    SimDisk.Node place = world.disk.top.remove(SimDisk.PLACE);
    SimDisk.Node aside = world.disk.top.remove(ASIDE);
    if (place != null) {
      world.disk.top.put(ASIDE, place);
    }
    if (aside != null) {
      world.disk.top.put(SimDisk.PLACE, aside);
    }
    world.figures.moves++;
    done("mv");
  }

  private void copy() {
    SimDisk.Node aside = world.disk.top.get(ASIDE);
    if (aside != null && world.disk.place() == null) {
      SimDisk.Node copy = aside.copy();
      copy.names().keySet().removeIf(name -> name.startsWith(SimDisk.NEW));
      world.disk.top.put(SimDisk.PLACE, copy);
      world.forked = true;
      world.figures.moves++;
      done("cp -r");
    }
  }

  private void done(String what) {
    world.trace("admin: %s", what);
    world.meddlings++;
    world.oracle.changed(null);
  }
}
