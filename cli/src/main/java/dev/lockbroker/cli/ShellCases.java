package dev.lockbroker.cli;

import dev.lockbroker.cli.CompletionModel.Node;
import dev.lockbroker.cli.CompletionModel.Option;
import dev.lockbroker.cli.CompletionModel.Rest;
import dev.lockbroker.cli.CompletionModel.Values;
import java.util.function.Function;

/** The cases by which bash and zsh find their way along the words of a command line. */
final class ShellCases {
  private ShellCases() {}

  /**
   * The word {@code $word} with number {@code $i} follows the command {@code $at}.
   *
   * @param other what completes another command, given the number of its first word
   */
  static void walk(StringBuilder out, Node node, String other) {
    String path = node.path();
    for (Node child : node.children()) {
      boolean itself = child.rest() == Rest.ITSELF;
      line(out, child.path(), itself ? other + " \"$i\"; return" : "at=" + child.path());
    }
    for (Option option : node.options()) {
      if (option.takesValue()) {
        line(out, alternatives(path, option), "option=$word");
      }
    }
    if (node.rest() == Rest.COMMAND) {
      line(out, path + "/--", other + " \"$((i + 1))\"; return");
      line(out, path + "/-*", "");
      line(out, path + "/*", other + " \"$i\"; return");
    }
  }

  /** The value of {@code $option} of the command {@code $at}. */
  static void values(StringBuilder out, Node node, Function<Values, String> reply) {
    for (Option option : node.options()) {
      if (option.takesValue()) {
        line(out, alternatives(node.path(), option), reply.apply(option.values()));
      }
    }
  }

  private static String alternatives(String path, Option option) {
    StringBuilder out = new StringBuilder();
    for (String name : option.names()) {
      out.append(out.length() == 0 ? "" : "|").append(path).append('/').append(name);
    }
    return out.toString();
  }

  static void line(StringBuilder out, String pattern, String action) {
    out.append("      ").append(pattern).append(") ").append(action).append(" ;;\n");
  }
}
