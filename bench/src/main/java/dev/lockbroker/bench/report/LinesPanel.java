package dev.lockbroker.bench.report;

import dev.lockbroker.bench.report.Svg.Anchor;
import dev.lockbroker.bench.report.Svg.Look;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A line for each peer over a number of something, with its name at the line's end. */
final class LinesPanel {
  private static final double HEAD = 54;
  private static final double FOOT = 34;
  private static final double SCALE = 62;
  private static final double NAMES = 158;
  private static final double LABEL = 14.5;
  private static final double LEAST_TICK_DISTANCE = 34;
  private static final int LONGEST_NAME = 22;

  /** One measured value. */
  record Point(double x, double y) {}

  /** The values of one peer, by x; at least one. */
  record Line(String peer, List<Point> points) {
    Point last() {
      return points.get(points.size() - 1);
    }
  }

  private final Svg svg;
  private final Palette palette;
  private final double x;
  private final double y;
  private final double width;
  private final double height;

  LinesPanel(Svg svg, Palette palette, double x, double y, double width, double height) {
    this.svg = svg;
    this.palette = palette;
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
  }

  /** The height that the names of either need. */
  static double heightFor(List<Line> one, List<Line> other) {
    return HEAD + FOOT + Math.max(one.size(), other.size()) * LABEL;
  }

  void draw(String title, String subtitle, String unit, List<Line> lines) {
    svg.label(x, y + 16, title, new Look(15, Svg.DARK, true, Anchor.START));
    svg.label(x, y + 34, subtitle, Look.plain(12, Svg.SOFT, Anchor.START));
    if (lines.isEmpty()) {
      svg.label(x, y + 64, "not measured", Look.plain(12, Svg.SOFT, Anchor.START));
      return;
    }
    List<Double> numbers = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (Line line : lines) {
      for (Point point : line.points()) {
        numbers.add(point.x());
        values.add(point.y());
      }
    }
    double top = y + HEAD;
    double bottom = y + height - FOOT;
    LogAxis across = LogAxis.around(numbers, x + SCALE, x + width - NAMES);
    LogAxis up = LogAxis.around(values, bottom, top);
    grid(across, up, numbers, unit);
    List<Double> wishes = lines.stream().map(line -> up.at(line.last().y())).toList();
    double[] places = Labels.spread(wishes, LABEL, top + 4, bottom);
    // Ours last, above the others.
    for (boolean ours : new boolean[] {false, true}) {
      for (int i = 0; i < lines.size(); i++) {
        if (Reference.isOurs(lines.get(i).peer()) == ours) {
          mark(lines.get(i), across, up, unit, places[i]);
        }
      }
    }
  }

  private void grid(LogAxis across, LogAxis up, List<Double> numbers, String unit) {
    for (double tick : up.ticks()) {
      svg.line(across.from(), up.at(tick), across.to(), up.at(tick), Svg.GRID, 1);
      svg.label(
          across.from() - 8,
          up.at(tick) + 4,
          Figures.tick(tick, unit),
          Look.plain(11, Svg.SOFT, Anchor.END));
    }
    for (double tick : measured(across, numbers)) {
      svg.line(across.at(tick), up.to(), across.at(tick), up.from(), Svg.GRID, 1);
      svg.label(
          across.at(tick),
          up.from() + 17,
          Figures.number(tick),
          Look.plain(11, Svg.SOFT, Anchor.MIDDLE));
    }
    svg.line(across.from(), up.from(), across.to(), up.from(), Svg.FRAME, 1);
  }

  /** The numbers that were measured, as far as there is room to write them. */
  private static List<Double> measured(LogAxis across, List<Double> numbers) {
    List<Double> ticks = new ArrayList<>();
    for (double number : new TreeSet<>(numbers)) {
      boolean hasRoom =
          ticks.isEmpty()
              || across.at(number) - across.at(ticks.get(ticks.size() - 1)) >= LEAST_TICK_DISTANCE;
      if (hasRoom) {
        ticks.add(number);
      }
    }
    return ticks;
  }

  private void mark(Line line, LogAxis across, LogAxis up, String unit, double place) {
    String colour = palette.of(line.peer());
    boolean isOurs = Reference.isOurs(line.peer());
    svg.beginGroup(line.peer(), line.peer() + ": " + told(line, unit));
    Point before = null;
    for (Point point : line.points()) {
      if (before != null) {
        svg.line(
            across.at(before.x()),
            up.at(before.y()),
            across.at(point.x()),
            up.at(point.y()),
            colour,
            isOurs ? 2.6 : 1.6);
      }
      before = point;
    }
    for (Point point : line.points()) {
      svg.circle(across.at(point.x()), up.at(point.y()), isOurs ? 4.5 : 3.5, colour, "#ffffff", 1);
    }
    // From the last point to its name, which may stand higher or lower.
    double end = across.at(line.last().x());
    double nameX = across.to() + 26;
    svg.line(end + 6, up.at(line.last().y()), across.to() + 8, up.at(line.last().y()), colour, 0.5);
    svg.line(across.to() + 8, up.at(line.last().y()), nameX - 4, place, colour, 0.5);
    svg.label(nameX, place + 4, name(line), new Look(11.5, colour, isOurs, Anchor.START));
    svg.endGroup();
  }

  private static String name(Line line) {
    String peer = line.peer();
    return peer.length() <= LONGEST_NAME ? peer : peer.substring(0, LONGEST_NAME - 1) + "…";
  }

  private static String told(Line line, String unit) {
    List<String> values = new ArrayList<>();
    for (Point point : line.points()) {
      values.add(Figures.number(point.x()) + " → " + Figures.text(point.y(), unit));
    }
    return String.join(", ", values);
  }
}
