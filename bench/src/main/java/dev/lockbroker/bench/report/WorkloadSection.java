package dev.lockbroker.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tables of one workload: one for each quantity that has a distribution, one for the rest. */
final class WorkloadSection {
  private final List<Merged> merged;
  private final String reference;

  /** Of series that are all of one workload. */
  WorkloadSection(String workload, List<Merged> all) {
    merged = all.stream().filter(one -> one.key().workload().equals(workload)).toList();
    reference = Reference.of(workload, merged).orElse("");
  }

  /** Markdown; empty if nothing was measured. */
  String text() {
    StringBuilder text = new StringBuilder();
    // One sample of a quantity of which others have many is still a distribution.
    Set<String> distributed = quantities(merged.stream().filter(one -> !one.isFigure()).toList());
    List<Merged> distributions =
        merged.stream().filter(one -> distributed.contains(one.key().quantity())).toList();
    for (String quantity : quantities(distributions)) {
      text.append('\n').append(distribution(quantity, distributions));
    }
    List<Merged> figures =
        merged.stream().filter(one -> !distributed.contains(one.key().quantity())).toList();
    if (!figures.isEmpty()) {
      text.append('\n').append(figures(figures));
    }
    return text.toString();
  }

  private static Set<String> quantities(List<Merged> some) {
    Set<String> quantities = new LinkedHashSet<>();
    some.forEach(one -> quantities.add(one.key().quantity()));
    return quantities;
  }

  private String distribution(String quantity, List<Merged> distributions) {
    List<Merged> rows = new ArrayList<>();
    distributions.stream().filter(one -> one.key().quantity().equals(quantity)).forEach(rows::add);
    rows.sort(
        Comparator.comparing((Merged one) -> one.key().variant(), Variant.ORDER)
            .thenComparing(one -> one.at(0.5).median()));
    boolean hasVariants = rows.stream().anyMatch(one -> !one.key().variant().isEmpty());
    List<String> headings = new ArrayList<>(List.of(quantity));
    if (hasVariants) {
      headings.add("");
    }
    headings.addAll(List.of("n>", "p50>", "p99>", "max>"));
    if (!reference.isEmpty()) {
      headings.addAll(List.of("p50 ÷ " + reference + ">", "p99 ÷ " + reference + ">"));
    }
    MarkdownTable table = new MarkdownTable(headings);
    for (Merged row : rows) {
      List<String> cells = new ArrayList<>(List.of(peer(row)));
      if (hasVariants) {
        cells.add(row.key().variant());
      }
      String unit = row.key().unit();
      cells.add(Figures.number((double) row.count()));
      cells.add(Figures.text(row.at(0.5), unit));
      cells.add(Figures.text(row.at(0.99), unit));
      cells.add(Figures.text(row.at(1.).greatest(), unit));
      if (!reference.isEmpty()) {
        cells.add(ratio(row, 0.5));
        cells.add(ratio(row, 0.99));
      }
      table.row(cells);
    }
    return table.toString();
  }

  /** Ours bold. */
  private static String peer(Merged row) {
    String peer = row.key().peer();
    return Reference.isOurs(peer) ? "**" + peer + "**" : peer;
  }

  private String ratio(Merged row, double point) {
    Optional<Merged> other = Reference.of(row, reference, merged);
    double quotient =
        other.map(one -> row.at(point).median() / one.at(point).median()).orElse(Double.NaN);
    return Double.isFinite(quotient) ? Figures.ratio(quotient) : "–";
  }

  /** A row for each peer and variant, a column for each quantity. */
  private String figures(List<Merged> figures) {
    Set<String> quantities = quantities(figures);
    Set<List<String>> rows = new LinkedHashSet<>();
    figures.stream()
        .sorted(Comparator.comparing((Merged one) -> one.key().variant(), Variant.ORDER))
        .forEach(one -> rows.add(List.of(one.key().peer(), one.key().variant())));
    boolean hasVariants = rows.stream().anyMatch(row -> !row.get(1).isEmpty());
    List<String> headings = new ArrayList<>(List.of("figures"));
    if (hasVariants) {
      headings.add("");
    }
    quantities.forEach(quantity -> headings.add(quantity + ">"));
    MarkdownTable table = new MarkdownTable(headings);
    for (List<String> row : rows) {
      List<Merged> ofRow =
          figures.stream()
              .filter(one -> List.of(one.key().peer(), one.key().variant()).equals(row))
              .toList();
      List<String> cells = new ArrayList<>(List.of(peer(ofRow.get(0))));
      if (hasVariants) {
        cells.add(row.get(1));
      }
      quantities.forEach(quantity -> cells.add(figure(quantity, ofRow)));
      table.row(cells);
    }
    return table.toString();
  }

  private String figure(String quantity, List<Merged> ofRow) {
    for (Merged one : ofRow) {
      if (one.key().quantity().equals(quantity)) {
        String text = Figures.text(one.at(0.5), one.key().unit());
        boolean isReference = one.key().peer().equals(reference);
        String ratio = isReference ? "–" : ratio(one, 0.5);
        return ratio.equals("–") ? text : text + " · " + ratio;
      }
    }
    return "";
  }
}
