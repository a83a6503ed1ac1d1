package dev.lockbroker.core.journal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plays runs, each a pure function of its seed, and tells the story of one that failed. */
final class Simulation {
  private static final int SHOWN_LINES = 60;

  private final SimStage stage = new SimStage();
  private final SimRules rules;
  final SimFigures figures = new SimFigures();

  Simulation(SimRules rules) {
    this.rules = rules;
  }

  /** A run in which a law was broken. */
  record Failure(long seed, SimLaw law, String story) {}

  /** Plays the run of that seed; null if all laws hold. */
  @Nullable Failure play(long seed) {
    SimWorld world = world(seed, null);
    try {
      stage.play(world);
      return null;
    } catch (SimLaw.Broken broken) {
      return new Failure(seed, broken.law(), story(seed));
    } catch (RuntimeException e) {
      return new Failure(seed, SimLaw.NO_FALSE_ALARM, e + "\n" + story(seed));
    } finally {
      world.figures.runs = 1;
      figures.add(world.figures);
    }
  }

  /** All that happens in the run of that seed, line by line. */
  List<String> trace(long seed) {
    List<String> lines = new ArrayList<>();
    SimWorld world = world(seed, lines);
    try {
      stage.play(world);
    } catch (SimLaw.Broken broken) {
      lines.add("BROKEN " + broken.getMessage());
    } catch (RuntimeException e) {
      lines.add("BROKEN " + SimLaw.NO_FALSE_ALARM + ": a bug: " + e);
    }
    lines.add("journal:");
    lines.addAll(world.journalText().lines().toList());
    return lines;
  }

  private SimWorld world(long seed, @Nullable List<String> trace) {
    SimRandom random = new SimRandom(seed);
    SimPlan plan = SimPlan.of(SimPlan.World.of(seed), random);
    return new SimWorld(stage, plan, random, rules, trace);
  }

  private String story(long seed) {
    List<String> lines = trace(seed);
    int from = Math.max(0, lines.size() - SHOWN_LINES);
    return "world "
        + SimPlan.World.of(seed)
        + ", seed "
        + seed
        + "\n"
        + String.join("\n", lines.subList(from, lines.size()))
        + "\nto see it again: ./simulate --seed "
        + seed
        + "\n";
  }
}
