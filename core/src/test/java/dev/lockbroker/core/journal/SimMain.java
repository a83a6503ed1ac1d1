package dev.lockbroker.core.journal;

import dev.lockbroker.core.journal.Simulation.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** What {@code ./simulate} starts: very many runs, or one again. */
public final class SimMain {
  private static final int PROGRESS = 10_000;

  private SimMain() {}

  /** Arguments: {@code --runs N}, {@code --from SEED}, {@code --seed SEED}, {@code --threads N}. */
  public static void main(String[] args) throws InterruptedException {
    long runs = number(args, "--runs", 100_000);
    long from = number(args, "--from", 1);
    long seed = number(args, "--seed", Long.MIN_VALUE);
    int threads = (int) number(args, "--threads", Runtime.getRuntime().availableProcessors());
    if (seed != Long.MIN_VALUE) {
      new Simulation(SimRules.all()).trace(seed).forEach(System.out::println);
      return;
    }
    System.exit(playAll(from, runs, threads) ? 0 : 1);
  }

  private static long number(String[] args, String name, long otherwise) {
    for (int i = 0; i + 1 < args.length; i++) {
      if (args[i].equals(name)) {
        return Long.parseLong(args[i + 1]);
      }
    }
    return otherwise;
  }

  private static boolean playAll(long from, long runs, int threads) throws InterruptedException {
    AtomicLong next = new AtomicLong(from);
    AtomicBoolean failed = new AtomicBoolean();
    List<Simulation> simulations = new ArrayList<>();
    List<Thread> players = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < threads; i++) {
      Simulation simulation = new Simulation(SimRules.all());
      simulations.add(simulation);
      Thread player =
          new Thread(
              () -> {
                for (long seed = next.getAndIncrement();
                    seed < from + runs && !failed.get();
                    seed = next.getAndIncrement()) {
                  Failure failure = simulation.play(seed);
                  if (failure != null) {
                    failed.set(true);
                    System.out.println(failure.story());
                  }
                  progress(seed - from + 1, begin);
                }
              });
      players.add(player);
      player.start();
    }
    SimFigures figures = new SimFigures();
    for (int i = 0; i < threads; i++) {
      players.get(i).join();
      figures.add(simulations.get(i).figures);
    }
    System.out.println((failed.get() ? "FAILED: " : "all laws hold: ") + figures);
    return !failed.get();
  }

  private static void progress(long done, long begin) {
    if (done % PROGRESS == 0) {
      double seconds = (System.nanoTime() - begin) / 1e9;
      System.out.printf("%,d runs, %,.0f runs/s%n", done, done / seconds);
    }
  }
}
