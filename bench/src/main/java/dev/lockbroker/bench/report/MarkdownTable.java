package dev.lockbroker.bench.report;

import java.util.ArrayList;
import java.util.List;

/** Rows and columns as Markdown; figures to the right. */
final class MarkdownTable {
  private final StringBuilder text = new StringBuilder();
  private final int columns;

  /** A heading that ends in {@code >} stands over figures. */
  MarkdownTable(List<String> headings) {
    columns = headings.size();
    List<String> names = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (String heading : headings) {
      boolean isRight = heading.endsWith(">");
      names.add(isRight ? heading.substring(0, heading.length() - 1) : heading);
      lines.add(isRight ? "---:" : "---");
    }
    row(names);
    text.append('|').append(String.join("|", lines)).append("|\n");
  }

  void row(List<String> cells) {
    if (cells.size() != columns) {
      throw new IllegalArgumentException(columns + " columns, but " + cells.size() + " cells");
    }
    text.append('|');
    for (String cell : cells) {
      text.append(' ').append(cell(cell)).append(" |");
    }
    text.append('\n');
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace('\n', ' ');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
