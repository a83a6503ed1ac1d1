package dev.lockbroker.cli;

import dev.lockbroker.cli.CompletionModel.Node;
import dev.lockbroker.cli.CompletionModel.Option;
import dev.lockbroker.cli.CompletionModel.Rest;
import dev.lockbroker.cli.CompletionModel.Values;
import java.util.ArrayList;
import java.util.List;

/** Completion for bash, 3.2 and newer. */
final class BashCompletion {
  private BashCompletion() {}

  static String of(Node root) {
    StringBuilder walk = new StringBuilder();
    StringBuilder values = new StringBuilder();
    StringBuilder options = new StringBuilder();
    StringBuilder words = new StringBuilder();
    for (Node node : root.all()) {
      ShellCases.walk(walk, node, "_lockctl_other");
      ShellCases.values(values, node, BashCompletion::reply);
      List<String> names = new ArrayList<>();
      for (Option option : node.options()) {
        names.addAll(option.names());
      }
      ShellCases.line(options, node.path(), words(names));
      List<String> children = new ArrayList<>();
      for (Node child : node.children()) {
        children.add(child.name());
      }
      if (node.rest() == Rest.COMMAND) {
        ShellCases.line(words, node.path(), "_lockctl_other \"$COMP_CWORD\"");
      } else {
        ShellCases.line(
            words, node.path(), children.isEmpty() ? reply(node.values()) : words(children));
      }
    }
    return """
        # Completion of lockctl for bash, made by 'lockctl completion bash'.

        # The rest, from this word on, is another command.
        _lockctl_other() {
          local IFS=$' \\t\\n'
          if declare -F _comp_command_offset >/dev/null; then _comp_command_offset "$1"
          elif declare -F _command_offset >/dev/null; then _command_offset "$1"
          elif IFS=$'\\n'; (($1 == COMP_CWORD)); then COMPREPLY=($(compgen -c -- "$cur"))
          else compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))
          fi
        }

        _lockctl() {
          local cur=${COMP_WORDS[COMP_CWORD]} at=lockctl option= i word IFS=$'\\n'
          COMPREPLY=()
          for ((i = 1; i < COMP_CWORD; i++)); do
            word=${COMP_WORDS[i]}
            [[ $word == = ]] && continue
            if [[ -n $option ]]; then option=; continue; fi
            case $at/$word in
        %s    esac
          done
          [[ $cur == = ]] && cur=
          if [[ -n $option ]]; then
            case $at/$option in
        %s    esac
          elif [[ $cur == -* ]]; then
            case $at in
        %s    esac
          else
            case $at in
        %s    esac
          fi
        }

        complete -F _lockctl lockctl
        """
        .formatted(walk, values, options, words);
  }

  private static String words(List<String> words) {
    return words.isEmpty()
        ? ":"
        : "COMPREPLY=($(compgen -W $'" + String.join("\\n", words) + "' -- \"$cur\"))";
  }

  private static String reply(Values values) {
    return values.files()
        ? "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$cur\"))"
        : words(values.words());
  }
}
