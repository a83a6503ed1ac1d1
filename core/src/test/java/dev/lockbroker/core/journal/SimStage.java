package dev.lockbroker.core.journal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one simulation after another, of which exactly one runs at any time: it has the
 * baton. An actor's action runs on whichever thread schedules; only when it is suspended in the
 * middle does that thread stay with it, and another one goes on scheduling. So an action that
 * nobody interrupts costs no switch.
 */
final class SimStage {
  private final Deque<Player> idle = new ArrayDeque<>();
  private @Nullable Player leader;
  private @Nullable Player current;
  private @Nullable SimWorld world;
  private @Nullable Throwable failure;

  /** Plays a world to its end on the calling thread and helpers. */
  void play(SimWorld played) {
    Player caller = new Player(Thread.currentThread());
    leader = caller;
    current = caller;
    world = played;
    failure = null;
    schedule();
    world = null;
    Throwable failed = failure;
    if (failed instanceof RuntimeException e) {
      throw e;
    }
    if (failed instanceof Error e) {
      throw e;
    }
  }

  /** Suspends the running action; returns when its actor is resumed. */
  void suspend(SimActor actor) {
    Player me = running();
    actor.suspendedOn = me;
    hand(me, idle.isEmpty() ? newHelper() : idle.pop());
  }

  /** Resumes a suspended action; returns when this thread is needed for scheduling again. */
  void resume(SimActor actor) {
    Player me = running();
    Player other = actor.suspendedOn;
    if (other == null) {
      throw new IllegalStateException("not suspended");
    }
    actor.suspendedOn = null;
    idle.push(me);
    hand(me, other);
  }

  private Player running() {
    Player me = current;
    if (me == null) {
      throw new IllegalStateException("nobody plays");
    }
    return me;
  }

  private void hand(Player me, Player other) {
    current = other;
    other.go = true;
    LockSupport.unpark(other.thread);
    me.await();
  }

  private Player newHelper() {
    Player[] made = new Player[1];
    Thread thread = new Thread(() -> help(made[0]), "simulation");
    thread.setDaemon(true);
    made[0] = new Player(thread);
    thread.start();
    return made[0];
  }

  private void help(Player me) {
    me.await();
    while (true) {
      schedule();
      // The world is over: its caller goes on, and this thread waits for the next world.
      Player caller = leader;
      if (caller == null) {
        throw new IllegalStateException("nobody plays");
      }
      idle.remove(caller);
      idle.push(me);
      hand(me, caller);
    }
  }

  /** Schedules until the world is over, which may be another one than it was at the last turn. */
  private void schedule() {
    while (true) {
      SimWorld played = world;
      if (played == null) {
        throw new IllegalStateException("nobody plays");
      }
      if (played.isOver()) {
        return;
      }
      try {
        played.turn();
      } catch (SimProcess.Killed e) {
        // An action of a process that is no more ends here.
      } catch (RuntimeException | Error e) {
        failure = failure == null ? e : failure;
        played.abort();
      }
    }
  }

  /** A thread, and whether it has the baton. */
  static final class Player {
    private final Thread thread;
    private volatile boolean go;

    Player(Thread thread) {
      this.thread = thread;
    }

    private void await() {
      while (!go) {
        LockSupport.park(this);
      }
      go = false;
    }
  }
}
