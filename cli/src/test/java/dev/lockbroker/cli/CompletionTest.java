package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompletionTest {
  private final CompletionModel.Node root = CompletionModel.of(CommandLines.parser());

  @Test
  void every_command_and_option_of_the_parser_is_known_to_every_shell() {
    String bash = BashCompletion.of(root);
    String zsh = ZshCompletion.of(root);
    String fish = FishCompletion.of(root);
    for (CompletionModel.Node node : root.all()) {
      assertTrue(bash.contains(node.path()) && zsh.contains(node.path()), node.path());
      assertTrue(fish.contains(node.path()), node.path());
      for (CompletionModel.Option option : node.options()) {
        for (String name : option.names()) {
          assertTrue(bash.contains(name) && zsh.contains("'" + name + ":"), name);
          String bare =
              name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1);
          assertTrue(fish.contains("__lockctl_at " + node.path() + "' " + first(option)), name);
          assertTrue(fish.contains(bare + " "), name);
        }
      }
    }
  }

  private static String first(CompletionModel.Option option) {
    String name = option.names().get(0);
    return name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1);
  }

  @Test
  void a_label_of_alternatives_is_a_list_of_words_and_run_is_followed_by_a_command() {
    CompletionModel.Node run =
        root.children().stream()
            .filter(node -> node.name().equals("run"))
            .findFirst()
            .orElseThrow();
    assertEquals(CompletionModel.Rest.COMMAND, run.rest());
    for (CompletionModel.Option option : run.options()) {
      if (option.names().contains("--on-lost")) {
        assertEquals(List.of("term", "warn"), option.values().words());
      }
      if (option.names().contains("--wait")) {
        assertEquals(List.of("forever", "none"), option.values().words());
      }
      if (option.names().contains("--repo")) {
        assertTrue(option.values().files());
      }
    }
  }
}
