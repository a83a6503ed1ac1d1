package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import org.jspecify.annotations.Nullable;

/** A simulated process. */
final class SimProcess {
  /** What the kernel says of it. */
  enum State {
    RUNNING,
    STOPPED,
    /** Ended, and its parent has not asked how. */
    ZOMBIE,
    GONE
  }

  final SimWorld world;
  final String name;
  final long pid;
  final long start;
  final @Nullable SimProcess parent;

  /** The request id in its environment. */
  final @Nullable String tag;

  long session;
  State state = State.RUNNING;
  long endedAt;
  boolean wasKilled;

  /** The guard that it has locked; its end unlocks it. */
  SimDisk.@Nullable Node locks;

  /** Whether it vouches for others by their streams. */
  boolean isBroker;

  /** Whether anybody can judge it. */
  boolean visible = true;

  SimProcess(
      SimWorld world,
      String name,
      long pid,
      long start,
      @Nullable SimProcess parent,
      @Nullable String tag) {
    this.world = world;
    this.name = name;
    this.pid = pid;
    this.start = start;
    this.parent = parent;
    this.tag = tag;
    this.session = parent == null ? pid : parent.session;
  }

  ProcessIdentity identity() {
    return new ProcessIdentity(pid, start, FakeHost.NAMESPACE, 1000);
  }

  boolean isDead() {
    return state == State.ZOMBIE || state == State.GONE;
  }

  /** Something happens here that others could see, or that could be the last thing. */
  void point() {
    world.point(this);
  }

  @Override
  public String toString() {
    return name + "(" + pid + ")";
  }

  /** Thrown in the middle of an action: this process is no more. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }
}
