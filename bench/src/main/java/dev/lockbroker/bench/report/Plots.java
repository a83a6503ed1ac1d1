package dev.lockbroker.bench.report;

import dev.lockbroker.bench.report.LinesPanel.Line;
import dev.lockbroker.bench.report.LinesPanel.Point;
import dev.lockbroker.bench.report.Svg.Anchor;
import dev.lockbroker.bench.report.Svg.Look;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * One page of plots over all runs: how latencies are distributed, what a hand-off costs against
 * those who wait, what is moved against those who ask. All axes are logarithmic.
 */
public final class Plots {
  private static final double WIDTH = 1280;
  private static final double TOP = 92;
  private static final double MARGIN = 28;
  private static final double GAP = 40;
  private static final double LEFT_WIDTH = 600;
  private static final double LEAST_HEIGHT = 360;

  private Plots() {}

  /** The page as SVG; of at least one run. */
  public static String of(List<Run> all) {
    List<Run> runs = MarkdownReport.comparable(all);
    List<Merged> merged = Merged.of(runs);
    List<Merged> pairs = pairs(merged);
    List<Line> handOffs = lines(merged, Plots::isHandOff, 8);
    List<Line> throughput = lines(merged, Plots::isThroughput, 64);
    double right = Math.max(LEAST_HEIGHT, LinesPanel.heightFor(handOffs, throughput));
    double height = Math.max(DistributionPanel.heightFor(pairs.size()), 2 * right + GAP);
    right = (height - GAP) / 2;

    Svg svg = new Svg(WIDTH, TOP + height + MARGIN);
    svg.label(MARGIN, 40, "Lockbroker beside others", new Look(22, Svg.DARK, true, Anchor.START));
    svg.label(MARGIN, 62, subtitle(runs), Look.plain(12.5, Svg.SOFT, Anchor.START));
    Palette palette = new Palette(merged.stream().map(one -> one.key().peer()).toList());
    double rightX = MARGIN + LEFT_WIDTH + GAP;
    double rightWidth = WIDTH - MARGIN - rightX;
    new DistributionPanel(svg, palette, MARGIN, TOP, LEFT_WIDTH, height).draw(pairs);
    new LinesPanel(svg, palette, rightX, TOP, rightWidth, right)
        .draw(
            "From a release to the next holder's entry",
            "p50 over the number of those who want the lock",
            "µs",
            handOffs);
    new LinesPanel(svg, palette, rightX, TOP + right + GAP, rightWidth, right)
        .draw("Throughput", "per second, over the number of clients", "/s", throughput);
    return svg.end();
  }

  private static String subtitle(List<Run> runs) {
    Run last = runs.get(runs.size() - 1);
    Set<String> facts = new LinkedHashSet<>();
    facts.add(runs.size() == 1 ? "1 run" : "median of " + runs.size() + " runs");
    if (last.isQuick()) {
      facts.add("--quick: these figures mean nothing");
    }
    for (String name : List.of("processor", "file system", "JDK", "commit", "date")) {
      facts.add(last.fact(name));
    }
    facts.remove("");
    return String.join(" · ", facts);
  }

  /** Of P1, and of P2 those that P1 has not; quickest first. */
  private static List<Merged> pairs(List<Merged> merged) {
    Map<String, Merged> found = new LinkedHashMap<>();
    for (String workload : List.of("P1", "P2")) {
      for (Merged one : merged) {
        if (one.key().workload().equals(workload)
            && one.key().quantity().equals("pair")
            && one.at(0).median() > 0) {
          found.putIfAbsent(one.name(), one);
        }
      }
    }
    List<Merged> sorted = new ArrayList<>(found.values());
    sorted.sort((a, b) -> Double.compare(a.at(0.5).median(), b.at(0.5).median()));
    return sorted;
  }

  private static boolean isHandOff(Merged one) {
    Merged.Key key = one.key();
    return (key.workload().equals("P3") || key.workload().equals("P4"))
        && key.quantity().equals("gap");
  }

  private static boolean isThroughput(Merged one) {
    return one.key().workload().equals("P5") && one.key().unit().equals("/s");
  }

  /**
   * A line for each peer; {@code otherwise} is how many there are where the variant says nothing.
   */
  private static List<Line> lines(List<Merged> merged, Predicate<Merged> isMeant, long otherwise) {
    Map<String, TreeMap<Double, Point>> found = new LinkedHashMap<>();
    for (Merged one : merged) {
      double value = one.at(0.5).median();
      double number = Variant.number(one.key().variant()).orElse(otherwise);
      if (isMeant.test(one) && value > 0 && number > 0) {
        found
            .computeIfAbsent(one.key().peer(), peer -> new TreeMap<>())
            .putIfAbsent(number, new Point(number, value));
      }
    }
    List<Line> lines = new ArrayList<>();
    found.forEach((peer, points) -> lines.add(new Line(peer, List.copyOf(points.values()))));
    return lines;
  }
}
