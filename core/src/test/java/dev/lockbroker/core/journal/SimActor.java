package dev.lockbroker.core.journal;

import org.jspecify.annotations.Nullable;

/** The program of one simulated process: does a little at each step. */
abstract class SimActor {
  final SimWorld world;
  final SimProcess process;
  SimStage.@Nullable Player suspendedOn;

  SimActor(SimWorld world, SimProcess process) {
    this.world = world;
    this.process = process;
  }

  abstract void step();

  /** Whether it has nothing more to do of its own. */
  boolean isDone() {
    return true;
  }

  /** Whether it can be scheduled. */
  final boolean canRun() {
    return process.state == SimProcess.State.RUNNING;
  }
}
