package dev.lockbroker.bench.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Figures as people read them: three significant digits, with a unit that fits their size. */
final class Figures {
  private static final int DIGITS = 3;

  private Figures() {}

  /** {@code 12.3 µs}, {@code 1.24 ms}, {@code 3,210 /s}, {@code 0.82 ×}. */
  static String text(double value, String unit) {
    if (unit.equals("µs") && Math.abs(value) >= 999.5) {
      return Math.abs(value) < 999_500 ? text(value / 1e3, "ms") : text(value / 1e6, "s");
    }
    return unit.isEmpty() ? number(value) : number(value) + " " + unit;
  }

  /** The figure, and behind it the range if there is one: {@code 12.3 µs (11.9–12.8)}. */
  static String text(Spread spread, String unit) {
    String median = text(spread.median(), unit);
    String least = text(spread.least(), unit);
    String greatest = text(spread.greatest(), unit);
    if (spread.runs() < 2 || least.equals(greatest)) {
      return median;
    }
    return median
        + " ("
        + withoutUnitOf(least, greatest)
        + "–"
        + withoutUnitOf(greatest, median)
        + ")";
  }

  /** One unit is enough where both have the same. */
  private static String withoutUnitOf(String figure, String other) {
    int space = figure.indexOf(' ');
    return space >= 0 && other.endsWith(figure.substring(space))
        ? figure.substring(0, space)
        : figure;
  }

  /** Three significant digits, more only where whole thousands need them. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(DIGITS));
    DecimalFormat format =
        new DecimalFormat("#,##0.############", DecimalFormatSymbols.getInstance(Locale.ROOT));
    return format.format(rounded);
  }

  /** {@code 1.8×}, against some reference. */
  static String ratio(double value) {
    return value > 0 && value < 0.01 ? "< 0.01×" : number(value) + "×";
  }

  /** For the ticks of an axis, where little room is: {@code 10 k/s}, {@code 2 ms}. */
  static String tick(double value, String unit) {
    if (unit.equals("/s") && value >= 10_000) {
      return value < 1_000_000 ? number(value / 1e3) + " k/s" : number(value / 1e6) + " M/s";
    }
    return text(value, unit);
  }
}
