package dev.lockbroker.bench.report;

import java.util.Locale;

/**
 * Writes a drawing as text. By hand, and not by the JDK's own drawing: that needs fonts and
 * libraries that a machine without a screen often lacks.
 */
final class Svg {
  static final String DARK = "#1b2733";
  static final String SOFT = "#5d6b7a";
  static final String GRID = "#e3e8ee";
  static final String FRAME = "#c4ccd6";
  private static final String FONT =
      "Inter, 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

  private final StringBuilder text = new StringBuilder();

  Svg(double width, double height) {
    text.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\""
                + " viewBox=\"0 0 %.0f %.0f\" font-family=\"%s\">%n",
            width,
            height,
            width,
            height,
            FONT));
    rectangle(0, 0, width, height, 0, "#ffffff", 1);
  }

  /** Everything until {@link #endGroup} belongs to that; a viewer shows the tip at the mouse. */
  void beginGroup(String peer, String tip) {
    text.append("<g class=\"mark\" data-peer=\"").append(escape(peer)).append("\"><title>");
    text.append(escape(tip)).append("</title>\n");
  }

  void endGroup() {
    text.append("</g>\n");
  }

  void rectangle(
      double x, double y, double width, double height, double radius, String fill, double opacity) {
    text.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.1f\" fill=\"%s\""
                + " fill-opacity=\"%.2f\"/>%n",
            x,
            y,
            Math.max(width, 1),
            height,
            radius,
            fill,
            opacity));
  }

  void line(double x1, double y1, double x2, double y2, String colour, double width) {
    text.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\""
                + " stroke-width=\"%.1f\"/>%n",
            x1,
            y1,
            x2,
            y2,
            colour,
            width));
  }

  void circle(double x, double y, double radius, String fill, String stroke, double width) {
    text.append(
        String.format(
            Locale.ROOT,
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\" stroke=\"%s\""
                + " stroke-width=\"%.1f\"/>%n",
            x,
            y,
            radius,
            fill,
            stroke,
            width));
  }

  /** Which point of the text stands at x. */
  enum Anchor {
    START("start"),
    MIDDLE("middle"),
    END("end");

    private final String word;

    Anchor(String word) {
      this.word = word;
    }
  }

  /** How a text looks. */
  record Look(double size, String colour, boolean isBold, Anchor anchor) {
    static Look plain(double size, String colour, Anchor anchor) {
      return new Look(size, colour, false, anchor);
    }
  }

  /** The baseline is at y. */
  void label(double x, double y, String words, Look look) {
    text.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" fill=\"%s\" font-weight=\"%s\""
                + " text-anchor=\"%s\">%s</text>%n",
            x,
            y,
            look.size(),
            look.colour(),
            look.isBold() ? "600" : "400",
            look.anchor().word,
            escape(words)));
  }

  private static String escape(String words) {
    StringBuilder out = new StringBuilder(words.length());
    words
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                // XML has no way to write the others.
                default -> out.appendCodePoint(c < ' ' ? ' ' : c);
              }
            });
    return out.toString();
  }

  String end() {
    return text + "</svg>\n";
  }
}
