package dev.lockbroker.bench.report;

import dev.lockbroker.bench.report.Svg.Anchor;
import dev.lockbroker.bench.report.Svg.Look;
import java.util.ArrayList;
import java.util.List;

/** A row for each peer: from the quick to the slow operations of its distribution. */
final class DistributionPanel {
  private static final double HEAD = 62;
  private static final double FOOT = 34;
  private static final double LEAST_ROW = 25;
  private static final double GREATEST_ROW = 46;
  private static final double NAMES = 168;
  private static final double VALUES = 72;
  private static final int LONGEST_NAME = 27;
  private static final String UNIT = "µs";

  private final Svg svg;
  private final Palette palette;
  private final double x;
  private final double y;
  private final double width;
  private final double height;

  DistributionPanel(Svg svg, Palette palette, double x, double y, double width, double height) {
    this.svg = svg;
    this.palette = palette;
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
  }

  /** The height that so many rows need. */
  static double heightFor(int rows) {
    return HEAD + rows * LEAST_ROW + FOOT;
  }

  void draw(List<Merged> rows) {
    svg.label(x, y + 16, "Acquire and release, alone", new Look(15, Svg.DARK, true, Anchor.START));
    svg.label(x, y + 34, "one warm client, whole pair", Look.plain(12, Svg.SOFT, Anchor.START));
    if (rows.isEmpty()) {
      svg.label(x, y + 64, "not measured", Look.plain(12, Svg.SOFT, Anchor.START));
      return;
    }
    double row = Math.min(GREATEST_ROW, (height - HEAD - FOOT) / rows.size());
    double bottom = y + HEAD + rows.size() * row;
    List<Double> ends = new ArrayList<>();
    for (Merged one : rows) {
      ends.add(one.at(0.01).median());
      ends.add(one.at(0.999).median());
    }
    LogAxis axis = LogAxis.around(ends, x + NAMES, x + width - VALUES);
    legend();
    for (double tick : axis.ticks()) {
      svg.line(axis.at(tick), y + HEAD, axis.at(tick), bottom, Svg.GRID, 1);
      svg.label(
          axis.at(tick),
          bottom + 17,
          Figures.text(tick, UNIT),
          Look.plain(11, Svg.SOFT, Anchor.MIDDLE));
    }
    svg.line(x + NAMES, bottom, x + width - VALUES, bottom, Svg.FRAME, 1);
    for (int i = 0; i < rows.size(); i++) {
      mark(rows.get(i), axis, y + HEAD + (i + 0.5) * row);
    }
  }

  /** What the parts of a row mean, as one of them. */
  private void legend() {
    double right = x + width - VALUES;
    double left = right - 150;
    double middle = y + 34;
    svg.line(left, middle, right, middle, Svg.SOFT, 1.5);
    svg.line(right, middle - 4, right, middle + 4, Svg.SOFT, 1.5);
    svg.rectangle(left + 25, middle - 5, 75, 10, 3, Svg.SOFT, 0.35);
    svg.circle(left + 55, middle, 4, Svg.SOFT, "#ffffff", 1.2);
    Look small = Look.plain(10, Svg.SOFT, Anchor.MIDDLE);
    svg.label(left, middle - 10, "p1", small);
    svg.label(left + 25, middle - 10, "p10", small);
    svg.label(left + 55, middle - 10, "p50", small);
    svg.label(left + 100, middle - 10, "p90", small);
    svg.label(right, middle - 10, "p99", small);
    svg.label(right + 34, middle - 10, "p99.9", small);
    svg.circle(right + 34, middle, 1.8, "#ffffff", Svg.SOFT, 1.2);
  }

  private void mark(Merged one, LogAxis axis, double middle) {
    String peer = one.key().peer();
    String colour = palette.of(peer);
    boolean isOurs = Reference.isOurs(peer);
    double p50 = one.at(0.5).median();
    svg.beginGroup(
        peer,
        one.name()
            + ": p50 "
            + Figures.text(one.at(0.5), UNIT)
            + ", p99 "
            + Figures.text(one.at(0.99), UNIT));
    double p1 = axis.at(one.at(0.01).median());
    double p99 = axis.at(one.at(0.99).median());
    double p10 = axis.at(one.at(0.1).median());
    double p90 = axis.at(one.at(0.9).median());
    svg.line(p1, middle, p99, middle, colour, 1.5);
    svg.line(p99, middle - 4, p99, middle + 4, colour, 1.5);
    svg.rectangle(p10, middle - 5.5, p90 - p10, 11, 3, colour, isOurs ? 0.55 : 0.35);
    svg.circle(axis.at(one.at(0.999).median()), middle, 1.8, "#ffffff", colour, 1.2);
    svg.circle(axis.at(p50), middle, isOurs ? 5 : 4, colour, "#ffffff", 1.2);
    svg.label(
        x + NAMES - 12,
        middle + 4,
        shortened(one.name()),
        new Look(12, isOurs ? colour : Svg.DARK, isOurs, Anchor.END));
    svg.label(
        x + width,
        middle + 4,
        Figures.text(p50, UNIT),
        new Look(12, isOurs ? colour : Svg.DARK, isOurs, Anchor.END));
    svg.endGroup();
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "…";
  }
}
