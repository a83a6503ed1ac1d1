package dev.lockbroker.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A run as text, for the report and for whoever wants to work with the figures: {@code run-2.tsv}
 * has a line for each fact and note, which begins with {@code #}, a line that names the columns,
 * and a line for each series.
 */
public final class RunFile {
  private static final Pattern NAME = Pattern.compile("run-([1-9][0-9]{0,5})\\.tsv");
  private static final String FORMAT = "# lockbroker-bench\t1";
  private static final String NOTE = "note";
  private static final int WORDS = 6;

  private RunFile() {}

  /** All runs in the folder, by number; none if there is no such folder. */
  public static List<Run> readAll(Path folder) throws IOException {
    NavigableMap<Integer, Path> files = files(folder);
    List<Run> runs = new ArrayList<>();
    for (var file : files.entrySet()) {
      runs.add(read(file.getKey(), file.getValue()));
    }
    return runs;
  }

  /** The number for the next run in the folder. */
  public static int nextNumber(Path folder) throws IOException {
    NavigableMap<Integer, Path> files = files(folder);
    return files.isEmpty() ? 1 : files.lastKey() + 1;
  }

  private static NavigableMap<Integer, Path> files(Path folder) throws IOException {
    NavigableMap<Integer, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        if (name.matches()) {
          files.put(Integer.parseInt(name.group(1)), file);
        }
      }
    } catch (NoSuchFileException e) {
      return files;
    }
    return files;
  }

  /** Writes the run into the folder, all of it or nothing. */
  public static Path write(Path folder, Run run) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(FORMAT);
    for (Run.Fact fact : run.facts()) {
      lines.add("# " + escape(fact.name()) + "\t" + escape(fact.value()));
    }
    for (String note : run.results().notes()) {
      lines.add("# " + NOTE + "\t" + escape(note));
    }
    lines.add(columns());
    for (Series series : run.results().series()) {
      lines.add(line(series));
    }
    Path file = folder.resolve("run-" + run.number() + ".tsv");
    Path part = folder.resolve("run-" + run.number() + ".part");
    Files.write(part, lines);
    return Files.move(part, file);
  }

  private static String columns() {
    StringBuilder line = new StringBuilder("workload\tpeer\tvariant\tquantity\tunit\tcount");
    for (double point : Series.POINTS) {
      line.append("\tq").append(point);
    }
    return line.toString();
  }

  private static String line(Series series) {
    List<String> words = new ArrayList<>();
    words.add(escape(series.workload()));
    words.add(escape(series.peer()));
    words.add(escape(series.variant()));
    words.add(escape(series.quantity()));
    words.add(escape(series.unit()));
    words.add(Long.toString(series.count()));
    for (double value : series.quantiles()) {
      words.add(Double.toString(value));
    }
    return String.join("\t", words);
  }

  private static Run read(int number, Path file) throws IOException {
    List<Run.Fact> facts = new ArrayList<>();
    Results results = new Results();
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.get(0).equals(FORMAT)) {
      throw new IOException(file + " was not written by this version of bench/run; move it away");
    }
    boolean inTable = false;
    for (int i = 1; i < lines.size(); i++) {
      List<String> words = words(lines.get(i));
      try {
        if (inTable) {
          results.add(series(words));
        } else if (words.get(0).startsWith("# ")) {
          take(words.get(0).substring(2), words.get(1), facts, results);
        } else {
          inTable = true;
        }
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new IOException(
            file + ": line " + (i + 1) + " is damaged (" + e.getMessage() + "); move the file away",
            e);
      }
    }
    return new Run(number, facts, results);
  }

  private static void take(String name, String value, List<Run.Fact> facts, Results results) {
    if (name.equals(NOTE)) {
      results.addNote(value);
    } else {
      facts.add(new Run.Fact(name, value));
    }
  }

  private static Series series(List<String> words) {
    List<Double> quantiles = new ArrayList<>();
    for (String word : words.subList(WORDS, words.size())) {
      quantiles.add(Double.valueOf(word));
    }
    return new Series(
        words.get(0),
        words.get(1),
        words.get(2),
        words.get(3),
        words.get(4),
        Long.parseLong(words.get(5)),
        quantiles);
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    for (String word : line.split("\t", -1)) {
      words.add(unescape(word));
    }
    return words;
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  private static String unescape(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        c = text.charAt(i);
        out.append(c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
