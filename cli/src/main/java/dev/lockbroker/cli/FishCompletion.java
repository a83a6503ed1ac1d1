package dev.lockbroker.cli;

import dev.lockbroker.cli.CompletionModel.Node;
import dev.lockbroker.cli.CompletionModel.Option;
import dev.lockbroker.cli.CompletionModel.Rest;
import dev.lockbroker.cli.CompletionModel.Values;

/** Completion for fish. */
final class FishCompletion {
  private FishCompletion() {}

  static String of(Node root) {
    StringBuilder walk = new StringBuilder();
    StringBuilder lines = new StringBuilder();
    for (Node node : root.all()) {
      walk(walk, node);
      String here = "complete -c lockctl -n '__lockctl_at " + node.path() + "' ";
      for (Node child : node.children()) {
        lines.append(here).append("-a ").append(child.name());
        lines.append(" -d ").append(quoted(child.description())).append('\n');
      }
      for (Option option : node.options()) {
        lines.append(here).append(names(option)).append(value(option));
        lines.append("-d ").append(quoted(option.description())).append('\n');
      }
      if (node.rest() == Rest.COMMAND) {
        lines.append(here).append("-a '(__fish_complete_command)'\n");
      } else if (node.values().files()) {
        lines.append(here).append("-F\n");
      } else if (!node.values().words().isEmpty()) {
        lines.append(here).append("-a ").append(words(node.values())).append('\n');
      }
    }
    return """
        # Completion of lockctl for fish, made by 'lockctl completion fish'.

        # Which command the cursor is in, or the number of the word from which on it is another one.
        function __lockctl_where
            set -l words (commandline -opc)
            set -l at lockctl
            set -l option
            set -l i 1
            for word in $words
                set i (math $i + 1)
                test $i -eq 2; and continue
                if test -n "$option"
                    set option
                    continue
                end
                switch $at/$word
        %s        end
            end
            echo $at
        end

        function __lockctl_at
            test (__lockctl_where) = $argv[1]
        end

        function __lockctl_in_other
            string match -qr '^[0-9]+$' (__lockctl_where)
        end

        function __lockctl_other
            set -l from (__lockctl_where)
            set -l words (commandline -opc)
            set -l line
            test $from -le (count $words); and set line (string escape -- $words[$from..-1])
            complete -C (string join ' ' -- $line (commandline -ct))
        end

        complete -c lockctl -f
        complete -c lockctl -n __lockctl_in_other -a '(__lockctl_other)'
        %s"""
        .formatted(walk, lines);
  }

  private static void walk(StringBuilder out, Node node) {
    for (Node child : node.children()) {
      boolean itself = child.rest() == Rest.ITSELF;
      branch(
          out,
          quoted(child.path()),
          itself ? "echo (math $i - 1); return" : "set at " + child.path());
    }
    for (Option option : node.options()) {
      if (option.takesValue()) {
        StringBuilder patterns = new StringBuilder();
        for (String name : option.names()) {
          patterns
              .append(patterns.length() == 0 ? "" : " ")
              .append(quoted(node.path() + "/" + name));
        }
        branch(out, patterns.toString(), "set option $word");
      }
    }
    if (node.rest() == Rest.COMMAND) {
      branch(out, quoted(node.path() + "/--"), "echo $i; return");
      branch(out, quoted(node.path() + "/-*"), "");
      branch(out, quoted(node.path() + "/*"), "echo (math $i - 1); return");
    }
  }

  private static void branch(StringBuilder out, String pattern, String action) {
    out.append("            case ").append(pattern).append('\n');
    if (!action.isEmpty()) {
      out.append("                ").append(action).append('\n');
    }
  }

  private static String names(Option option) {
    StringBuilder out = new StringBuilder();
    for (String name : option.names()) {
      boolean isLong = name.startsWith("--");
      out.append(isLong ? "-l " : "-s ").append(name.substring(isLong ? 2 : 1)).append(' ');
    }
    return out.toString();
  }

  private static String value(Option option) {
    if (!option.takesValue()) {
      return "";
    }
    if (option.values().files()) {
      return "-r -F ";
    }
    return option.values().words().isEmpty() ? "-x " : "-x -a " + words(option.values()) + " ";
  }

  private static String words(Values values) {
    return quoted(String.join(" ", values.words()));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
