package dev.lockbroker.cli;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.ColorScheme;

/** Colours of answers: on a terminal, for who wants them. */
final class Colours {
  private static final Pattern STATE =
      Pattern.compile(
          "^  (?:(held|running)|(waiting(?: [0-9]+/[0-9]+)?)|(stopped|orphaned|unknown)|(dead))\\b");

  private static final String GREEN = "\u001b[32m";
  private static final String YELLOW = "\u001b[33m";
  private static final String RED = "\u001b[31m";
  private static final String MAGENTA = "\u001b[35m";
  private static final String PLAIN = "\u001b[0m";

  private final boolean wanted;

  Colours(boolean wanted) {
    this.wanted = wanted;
  }

  /** Those of what goes to stdout now. */
  static Colours ofAnswers() {
    return new Colours(isWanted(System.getenv(), Console.isTerminal()));
  }

  /** Whether colours are wanted: not by NO_COLOR, by a terminal that is dumb, or by a file. */
  static boolean isWanted(Map<String, String> environment, boolean terminal) {
    String kind = environment.getOrDefault("TERM", "");
    return terminal
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !kind.isEmpty()
        && !kind.equals("dumb");
  }

  /** For usage messages. */
  ColorScheme scheme() {
    if (!wanted) {
      return Help.defaultColorScheme(Ansi.OFF);
    }
    return new ColorScheme.Builder(Ansi.ON)
        .commands(Style.bold)
        .options(Style.fg_yellow)
        .parameters(Style.fg_yellow)
        .optionParams(Style.italic)
        .build();
  }

  /** A line of the status, with its state made visible. */
  String state(String line) {
    Matcher state = STATE.matcher(line);
    if (!wanted || !state.find()) {
      return line;
    }
    String colour = state.group(1) != null ? GREEN : MAGENTA;
    colour = state.group(2) != null ? YELLOW : colour;
    colour = state.group(4) != null ? RED : colour;
    return "  " + colour + state.group().substring(2) + PLAIN + line.substring(state.end());
  }
}
