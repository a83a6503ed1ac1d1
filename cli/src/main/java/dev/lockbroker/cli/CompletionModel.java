package dev.lockbroker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What can stand on a command line, as shells have to know it: read off the parser itself. */
final class CompletionModel {
  private CompletionModel() {}

  /** What comes after a command's own options. */
  enum Rest {
    /** Its subcommands, or what it names itself. */
    OWN,
    /** A command with its arguments. */
    COMMAND,
    /** The command's own name begins a command line: {@code git}. */
    ITSELF
  }

  /**
   * One command.
   *
   * @param path {@code lockctl/broker/start}
   */
  record Node(
      String path,
      String description,
      List<Node> children,
      List<Option> options,
      Values values,
      Rest rest) {
    String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    /** This one and all below it. */
    List<Node> all() {
      List<Node> all = new ArrayList<>(List.of(this));
      for (Node child : children) {
        all.addAll(child.all());
      }
      return all;
    }
  }

  /** An option, by all its names. */
  record Option(List<String> names, String description, boolean takesValue, Values values) {}

  /** What a value can be: one of these words, or a file; both empty: anything. */
  record Values(List<String> words, boolean files) {}

  /** The whole of it. */
  static Node of(CommandLine line) {
    return node(line, line.getCommandName());
  }

  private static Node node(CommandLine line, String path) {
    CommandSpec spec = line.getCommandSpec();
    List<Node> children = new ArrayList<>();
    for (Map.Entry<String, CommandLine> child : line.getSubcommands().entrySet()) {
      if (!child.getValue().getCommandSpec().usageMessage().hidden()) {
        children.add(node(child.getValue(), path + "/" + child.getKey()));
      }
    }
    List<Option> options = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      if (!option.hidden()) {
        options.add(
            new Option(
                List.of(option.names()),
                first(option.description()),
                option.arity().max() > 0,
                values(option)));
      }
    }
    Values values = new Values(List.of(), false);
    for (PositionalParamSpec positional : spec.positionalParameters()) {
      values = values(positional);
    }
    return new Node(
        path, first(spec.usageMessage().description()), children, options, values, rest(line));
  }

  private static Rest rest(CommandLine line) {
    if (!line.isStopAtPositional()) {
      return Rest.OWN;
    }
    return line.isUnmatchedOptionsArePositionalParams() ? Rest.ITSELF : Rest.COMMAND;
  }

  /** The first sentence. */
  private static String first(String[] description) {
    String text = String.join(" ", description).strip();
    int end = text.indexOf(". ");
    String sentence = end < 0 ? text : text.substring(0, end);
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  /**
   * A label such as {@code D|forever|none} lists its words; what is in capitals stands for more.
   */
  private static Values values(ArgSpec spec) {
    List<String> words = new ArrayList<>();
    if (spec.completionCandidates() != null) {
      spec.completionCandidates().forEach(words::add);
    } else if (spec.paramLabel().indexOf('|') >= 0) {
      for (String word : spec.paramLabel().split("\\|", -1)) {
        if (!word.isEmpty() && word.equals(word.toLowerCase(Locale.ROOT))) {
          words.add(word);
        }
      }
    }
    String label = spec.paramLabel();
    boolean files = label.contains("PATH") || label.contains("FILE") || label.contains("DIR");
    return new Values(List.copyOf(words), files);
  }
}
