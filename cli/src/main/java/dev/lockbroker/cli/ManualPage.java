package dev.lockbroker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of one command, from what its {@code --help} says. */
final class ManualPage {
  private static final int WIDTH = 76;

  private final CommandLine line;
  private final String date;
  private final StringBuilder out = new StringBuilder();

  private ManualPage(CommandLine line, String date) {
    this.line = line;
    this.date = date;
  }

  /** {@code lockctl-broker-start}. */
  static String name(CommandLine line) {
    return line.getCommandSpec().qualifiedName("-");
  }

  /** The page, in the man macros of roff. */
  static String of(CommandLine line, String date) {
    return new ManualPage(line, date).page();
  }

  private String page() {
    CommandSpec spec = line.getCommandSpec();
    String name = name(line);
    String description = String.join(" ", spec.usageMessage().description()).strip();
    String title = escaped(name.toUpperCase(Locale.ROOT));
    out.append(".TH \"" + title + "\" \"1\" \"" + date + "\" \"Lockbroker\" \"Lockbroker\"\n");
    request(".SH", "NAME");
    text(name + " \\- ", summary(description));
    request(".SH", "SYNOPSIS");
    String synopsis = String.join(" ", line.getHelp().synopsis(0).split("\\s+", -1)).strip();
    String command = spec.qualifiedName();
    out.append(".B ").append(escaped(command)).append('\n');
    text(
        "", synopsis.startsWith(command) ? synopsis.substring(command.length()).strip() : synopsis);
    request(".SH", "DESCRIPTION");
    text("", description);
    parameters(spec);
    children();
    footer(spec);
    seeAlso();
    return out.toString();
  }

  /** What the index of the manual says: the first sentence, without its full stop. */
  private static String summary(String description) {
    int end = description.indexOf(". ");
    String sentence = end < 0 ? description : description.substring(0, end);
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private void parameters(CommandSpec spec) {
    List<OptionSpec> options = new ArrayList<>(spec.options());
    options.removeIf(OptionSpec::hidden);
    if (options.isEmpty() && spec.positionalParameters().isEmpty()) {
      return;
    }
    request(".SH", "OPTIONS");
    for (PositionalParamSpec positional : spec.positionalParameters()) {
      out.append(".TP\n.I ").append(escaped(positional.paramLabel())).append('\n');
      text("", plain(positional.description()));
    }
    for (OptionSpec option : options) {
      StringBuilder names = new StringBuilder();
      for (String name : option.names()) {
        names.append(names.length() == 0 ? "" : ", ").append("\\fB").append(escaped(name));
        names.append("\\fR");
      }
      if (option.arity().max() > 0) {
        names.append(" \\fI").append(escaped(option.paramLabel())).append("\\fR");
      }
      out.append(".TP\n").append(names).append('\n');
      text("", plain(option.description()));
    }
  }

  private void children() {
    if (line.getSubcommands().isEmpty()) {
      return;
    }
    request(".SH", "COMMANDS");
    for (CommandLine child : visible()) {
      out.append(".TP\n.B ").append(escaped(child.getCommandName())).append('\n');
      text("", plain(child.getCommandSpec().usageMessage().description()));
    }
  }

  private List<CommandLine> visible() {
    List<CommandLine> visible = new ArrayList<>();
    for (Map.Entry<String, CommandLine> child : line.getSubcommands().entrySet()) {
      if (!child.getValue().getCommandSpec().usageMessage().hidden()) {
        visible.add(child.getValue());
      }
    }
    return visible;
  }

  private void footer(CommandSpec spec) {
    boolean first = true;
    for (String paragraph : spec.usageMessage().footer()) {
      String said = Ansi.OFF.string(paragraph).strip();
      if (!said.isEmpty()) {
        if (first) {
          request(".SH", "NOTES");
        } else {
          out.append(".PP\n");
        }
        first = false;
        text("", said);
      }
    }
  }

  private void seeAlso() {
    List<String> others = new ArrayList<>();
    CommandLine parent = line.getParent();
    if (parent != null) {
      others.add(name(parent));
    }
    for (CommandLine child : visible()) {
      others.add(name(child));
    }
    if (!others.isEmpty()) {
      request(".SH", "SEE ALSO");
      for (int i = 0; i < others.size(); i++) {
        String end = i < others.size() - 1 ? " (1)," : " (1)";
        out.append(".BR ").append(escaped(others.get(i))).append(end).append('\n');
      }
    }
  }

  private static String plain(String[] description) {
    return Ansi.OFF.string(String.join(" ", description)).strip();
  }

  private void request(String macro, String... arguments) {
    out.append(macro);
    for (String argument : arguments) {
      out.append(" \"").append(escaped(argument)).append('"');
    }
    out.append('\n');
  }

  /** Text in lines that are not too long. */
  private void text(String before, String text) {
    StringBuilder row = new StringBuilder(before);
    for (String word : text.split("\\s+", -1)) {
      String next = escaped(word);
      if (row.length() > 0 && row.length() + 1 + next.length() > WIDTH) {
        flush(row);
      }
      row.append(row.length() == 0 || row.charAt(row.length() - 1) == ' ' ? "" : " ").append(next);
    }
    flush(row);
  }

  private void flush(StringBuilder row) {
    if (row.length() > 0) {
      boolean isRequest = row.charAt(0) == '.' || row.charAt(0) == '\'';
      out.append(isRequest ? "\\&" : "").append(row).append('\n');
      row.setLength(0);
    }
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("'", "\\(aq")
        .replace("`", "\\(ga")
        .replace("\"", "\\(dq")
        .replace("~", "\\(ti")
        .replace("^", "\\(ha");
  }
}
