package dev.lockbroker.it;

import dev.lockbroker.it.TortureProcesses.Proc;
import dev.lockbroker.it.TortureProcesses.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Chooses whom chaos harms, and says beforehand which clients that is. Confined to chaos. */
final class TortureVictims {
  private final Sandbox box;
  private final TortureSlots slots;
  private final Journal journal;
  private final Random random;

  TortureVictims(Sandbox box, TortureSlots slots, Journal journal, Random random) {
    this.box = box;
    this.slots = slots;
    this.journal = journal;
    this.random = random;
  }

  /** Some that may be harmed in this way now; empty if there are none. */
  List<Proc> of(TortureChaos.Kind kind) throws Exception {
    TortureProcesses picture = TortureProcesses.of(box);
    return switch (kind) {
      case KILL_WORKER, STOP_WORKER -> one(picture.with(Role.WORKER));
      case KILL_GIT, STOP_GIT -> one(picture.with(Role.GIT));
      case KILL_HOOK -> one(picture.with(Role.HOOK));
      case KILL_CLIENT, TERM_CLIENT, STOP_CLIENT -> client(kind, picture, null);
      case KILL_CLIENT_AND_WORKER -> client(kind, picture, Role.WORKER);
      case KILL_CLIENT_AND_GIT -> client(kind, picture, Role.GIT);
      case STOP_HEARTBEATS -> heartbeats(picture);
      default -> tree(kind, picture);
    };
  }

  private List<Proc> one(List<Proc> several) {
    return several.isEmpty() ? several : List.of(several.get(random.nextInt(several.size())));
  }

  private @Nullable Child anyClient() {
    List<String> names = new ArrayList<>(TortureSlots.CLI);
    names.addAll(TortureSlots.PROGRAMS);
    return slots.living(names.get(random.nextInt(names.size())));
  }

  private List<Proc> client(TortureChaos.Kind kind, TortureProcesses picture, @Nullable Role with) {
    Child child = anyClient();
    if (child == null) {
      return List.of();
    }
    List<Proc> tree = picture.tree(child.pid());
    List<Proc> found = new ArrayList<>(tree.stream().filter(p -> p.pid() == child.pid()).toList());
    List<Proc> companions = one(tree.stream().filter(p -> p.role() == with).toList());
    if (found.isEmpty() || (with != null && companions.isEmpty())) {
      return List.of();
    }
    found.addAll(companions);
    harm(kind, child);
    return found;
  }

  private void harm(TortureChaos.Kind kind, Child child) {
    if (!kind.stops()) {
      slots.harm(child);
    }
  }

  private List<Proc> tree(TortureChaos.Kind kind, TortureProcesses picture) {
    Child child = anyClient();
    if (child == null) {
      return List.of();
    }
    harm(kind, child);
    return picture.tree(child.pid());
  }

  /** A program that holds now by its heartbeats, and what it has started. */
  private List<Proc> heartbeats(TortureProcesses picture) throws Exception {
    List<Journal.Wait> held =
        journal.held().stream().filter(ticket -> ticket.kind().equals("lease")).toList();
    return held.isEmpty() ? List.of() : picture.tree(held.get(random.nextInt(held.size())).pid());
  }
}
