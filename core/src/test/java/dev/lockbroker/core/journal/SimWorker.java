package dev.lockbroker.core.journal;

import java.io.IOException;

/**
 * The command under a wrapper: registers itself, executes, may start others, and ends. Those others
 * (a hook in its session, a daemon that has left it) are of this class, too.
 */
final class SimWorker extends SimActor {
  private final SimClient client;
  private final String claims;
  private final long ticket;
  private final RunFolder folder;
  private final SimDirectory directory;
  private final boolean heir;
  private boolean executes;
  private boolean terminated;

  SimWorker(SimWorld world, SimProcess process, SimClient client, boolean heir) {
    super(world, process);
    this.client = client;
    this.claims = client.claims;
    this.ticket = client.ticket();
    this.folder = new RunFolder(client.request(), ticket);
    this.directory = new SimDirectory(process);
    this.heir = heir;
    this.executes = heir || world.rules.has(SimFault.WRAPPER_REGISTERS_AFTER_THE_START);
  }

  String claims() {
    return claims;
  }

  long ticket() {
    return ticket;
  }

  boolean isHeir() {
    return heir;
  }

  /** Whether effects of the command are possible: now, or once it is continued. */
  boolean executes() {
    return executes && !process.isDead();
  }

  boolean wasKilled() {
    return executes && process.wasKilled;
  }

  void terminate() {
    terminated = true;
  }

  @Override
  void step() {
    if (terminated) {
      world.exit(process);
      return;
    }
    if (!executes) {
      register();
      return;
    }
    int choice = world.random.below(world.isSettling() ? 2 : 8);
    if (choice == 0) {
      world.exit(process);
    } else if (choice == 2 && !heir) {
      world.startHeir(client, process);
    }
  }

  /** What the trampoline does: only who stands in the run folder becomes the command. */
  private void register() {
    try {
      if (world.rules.has(SimFault.WORKER_MAKES_THE_FOLDER)) {
        directory.makeRun(folder);
      }
      RunEntry entry = new RunEntry(process.pid, process.start, process.session);
      if (directory.register(folder, entry)) {
        process.point();
        executes = true;
        world.figures.commands++;
        world.trace("%s executes", process);
        return;
      }
    } catch (IOException e) {
      world.trace("%s cannot register: %s", process, e.getMessage());
    }
    world.exit(process);
  }
}
