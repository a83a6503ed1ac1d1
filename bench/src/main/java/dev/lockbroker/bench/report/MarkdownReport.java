package dev.lockbroker.bench.report;

import dev.lockbroker.bench.workload.Workload;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** All runs of a folder as one page of Markdown: the goals, how it was measured, the figures. */
public final class MarkdownReport {
  private static final int LONGEST_NOTE = 400;

  private final List<? extends Workload> workloads;
  private final List<Run> runs;
  private final List<Merged> merged;

  /** Of at least one run. */
  public MarkdownReport(List<? extends Workload> workloads, List<Run> runs) {
    this.workloads = workloads;
    this.runs = comparable(runs);
    this.merged = Merged.of(this.runs);
  }

  /** Quick runs only show that everything works: they are left out where there are others. */
  static List<Run> comparable(List<Run> runs) {
    List<Run> whole = runs.stream().filter(run -> !run.isQuick()).toList();
    return whole.isEmpty() ? runs : whole;
  }

  /** The whole page. */
  public String text() {
    StringBuilder text = new StringBuilder("# Measured\n\n");
    text.append(summary()).append("\n## Goals\n\n").append(goals());
    text.append("\n![latency, hand-off, throughput](plots.svg)\n");
    Set<String> told = new LinkedHashSet<>();
    for (Workload workload : workloads) {
      String tables = new WorkloadSection(workload.id(), merged).text();
      List<String> notes = notesOf(workload.id() + ": ");
      if (!tables.isEmpty() || !notes.isEmpty()) {
        text.append("\n## ").append(workload.id()).append(": ").append(workload.title());
        text.append('\n').append(tables);
        told.addAll(notes);
        appendList(text, notes, workload.id() + ": ");
      }
    }
    List<String> others = new ArrayList<>(notesOf(""));
    others.removeAll(told);
    if (!others.isEmpty()) {
      text.append("\n## Notes\n");
      appendList(text, others, "");
    }
    return text.append("\n## How it was measured\n\n").append(facts()).toString();
  }

  private String summary() {
    String kind =
        runs.get(0).isQuick()
            ? " with `--quick`: it shows that everything works; its figures mean nothing."
            : ".";
    String many =
        runs.size() == 1
            ? ""
            : " Each figure is the median of the runs' own, and behind it in brackets the range"
                + " over the runs; n counts the samples of all runs, max is the greatest of any.";
    return count(runs.size(), "run")
        + kind
        + many
        + " p50 and p99 are of single operations, as their client sees them. ÷ and × compare with"
        + " the peer named: more than 1 is more than its figure.\n";
  }

  private static String count(int number, String what) {
    return number == 1 ? "1 " + what : number + " " + what + "s";
  }

  /** The goals, held against each run and the median of all. */
  public String goals() {
    List<String> headings = new ArrayList<>(List.of("", "goal"));
    if (runs.size() > 1) {
      runs.forEach(run -> headings.add("run " + run.number() + ">"));
    }
    headings.addAll(List.of(runs.size() > 1 ? "median>" : "value>", "limit>", ""));
    MarkdownTable table = new MarkdownTable(headings);
    for (GoalCheck check : GoalCheck.of(workloads, runs)) {
      List<String> cells = new ArrayList<>(List.of(check.workload(), check.goal().text()));
      for (int i = 0; i < runs.size() && runs.size() > 1; i++) {
        cells.add(check.valueIn(i));
      }
      String verdict = check.verdict();
      cells.add(check.medianText());
      cells.add(check.limit());
      cells.add(verdict.startsWith("missed") ? "**" + verdict + "**" : verdict);
      table.row(cells);
    }
    return table.toString();
  }

  private List<String> notesOf(String prefix) {
    Set<String> notes = new LinkedHashSet<>();
    for (Run run : runs) {
      run.results().notes().stream().filter(note -> note.startsWith(prefix)).forEach(notes::add);
    }
    return List.copyOf(notes);
  }

  private static void appendList(StringBuilder text, List<String> notes, String prefix) {
    if (!notes.isEmpty()) {
      text.append('\n');
    }
    for (String note : notes) {
      text.append("- ").append(shortened(note.substring(prefix.length()))).append('\n');
    }
  }

  /** All of it, such as the end of a server's log, is in the run's file. */
  private static String shortened(String note) {
    String line = note.replaceAll("\\s+", " ").strip();
    return line.length() <= LONGEST_NOTE ? line : line.substring(0, LONGEST_NOTE - 1) + "…";
  }

  /** What all runs have in common, and what is each one's own. */
  private String facts() {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(run -> run.facts().forEach(fact -> names.add(fact.name())));
    MarkdownTable table = new MarkdownTable(List.of("", ""));
    for (String name : names) {
      Set<String> values = new LinkedHashSet<>();
      runs.forEach(run -> values.add(run.fact(name)));
      if (values.size() == 1) {
        table.row(List.of(name, values.iterator().next()));
      } else {
        for (Run run : runs) {
          table.row(List.of(name + " of run " + run.number(), run.fact(name)));
        }
      }
    }
    return table.toString();
  }
}
