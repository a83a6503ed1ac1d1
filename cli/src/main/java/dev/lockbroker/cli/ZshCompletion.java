package dev.lockbroker.cli;

import dev.lockbroker.cli.CompletionModel.Node;
import dev.lockbroker.cli.CompletionModel.Option;
import dev.lockbroker.cli.CompletionModel.Rest;
import dev.lockbroker.cli.CompletionModel.Values;

/** Completion for zsh. */
final class ZshCompletion {
  private ZshCompletion() {}

  static String of(Node root) {
    StringBuilder walk = new StringBuilder();
    StringBuilder values = new StringBuilder();
    StringBuilder options = new StringBuilder();
    StringBuilder words = new StringBuilder();
    for (Node node : root.all()) {
      ShellCases.walk(walk, node, "_lockctl_other");
      ShellCases.values(values, node, ZshCompletion::reply);
      StringBuilder names = new StringBuilder();
      for (Option option : node.options()) {
        for (String name : option.names()) {
          names.append(' ').append(described(name, option.description()));
        }
      }
      ShellCases.line(options, node.path(), "names=(" + names + " )");
      StringBuilder children = new StringBuilder();
      for (Node child : node.children()) {
        children.append(' ').append(described(child.name(), child.description()));
      }
      if (node.rest() == Rest.COMMAND) {
        ShellCases.line(words, node.path(), "_lockctl_other \"$CURRENT\"");
      } else if (node.children().isEmpty()) {
        ShellCases.line(words, node.path(), reply(node.values()));
      } else {
        ShellCases.line(
            words, node.path(), "names=(" + children + " ); _describe -t commands command names");
      }
    }
    return """
        #compdef lockctl
        # Completion of lockctl for zsh, made by 'lockctl completion zsh'.

        # The rest, from this word on, is another command.
        _lockctl_other() {
          shift $(($1 - 1)) words
          ((CURRENT -= $1 - 1))
          _normal
        }

        _lockctl() {
          local at=lockctl option= word i
          local -a names
          for ((i = 2; i < CURRENT; i++)); do
            word=$words[i]
            if [[ -n $option ]]; then option=; continue; fi
            case $at/$word in
        %s    esac
          done
          if [[ -z $option && $PREFIX == --*=* ]]; then
            option=${PREFIX%%%%=*}
            compset -P '*='
          fi
          if [[ -n $option ]]; then
            case $at/$option in
        %s    esac
          elif [[ $PREFIX == -* ]]; then
            case $at in
        %s    esac
            _describe -o option names
          else
            case $at in
        %s    esac
          fi
        }

        if [[ $funcstack[1] == _lockctl ]]; then _lockctl "$@"; else compdef _lockctl lockctl; fi
        """
        .formatted(walk, values, options, words);
  }

  private static String described(String name, String description) {
    String text = name + ":" + description.replace("\\", "\\\\").replace(":", "\\:");
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private static String reply(Values values) {
    if (values.files()) {
      return "_files";
    }
    return values.words().isEmpty()
        ? "_message value"
        : "compadd -- " + String.join(" ", values.words());
  }
}
