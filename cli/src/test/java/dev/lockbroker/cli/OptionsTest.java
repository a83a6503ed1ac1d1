package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

final class OptionsTest {
  @Test
  void everything_after_the_dashes_is_the_command() {
    RunCommand run = run("--quiet", "--", "git", "--json", "--", "-E", "@file", "", "a b");
    assertTrue(run.options.quiet);
    assertFalse(run.options.json);
    assertEquals(List.of("git", "--json", "--", "-E", "@file", "", "a b"), run.command);
  }

  @Test
  void from_the_first_word_on_everything_is_the_command() {
    RunCommand run = run("--wait", "10s", "git", "--quiet", "--", "x", "--help");
    assertEquals("10s", run.options.wait);
    assertFalse(run.options.quiet);
    assertEquals(List.of("git", "--quiet", "--", "x", "--help"), run.command);
  }

  @Test
  void quotes_in_arguments_are_theirs() {
    assertEquals(
        List.of("sh", "-c", "\"x\" 'y' ${z} \\"),
        run("--", "sh", "-c", "\"x\" 'y' ${z} \\").command);
  }

  @Test
  void all_options_are_read() {
    RunCommand run =
        run(
            "--repo",
            "/r",
            "--scope=/name/x",
            "--shared",
            "--wait=none",
            "--ttl",
            "5s",
            "--label",
            "l",
            "-E",
            "9",
            "--json",
            "--worktree",
            "--",
            "true");
    assertEquals(List.of("/r"), run.repositories.paths());
    assertEquals("/name/x", run.options.scope);
    assertTrue(run.options.shared && run.options.json && run.options.worktree);
    assertEquals("none", run.options.wait);
    assertEquals("5s", run.options.ttl);
    assertEquals("l", run.options.label);
    assertEquals(9, run.options.conflictExitCode);
  }

  @Test
  void an_argument_that_names_a_file_is_not_read_from_it() {
    assertEquals(List.of("@/etc/passwd"), run("--", "@/etc/passwd").command);
  }

  @Test
  void both_parsers_of_run_agree_on_its_options() {
    CommandLine whole = CommandLines.parser();
    assertEquals(
        new CommandLine(new RunCommand()).getCommandSpec().optionsMap().keySet(),
        runOf(whole).getCommandSpec().optionsMap().keySet());
  }

  @Test
  void every_command_has_help_and_a_description() {
    forEach(
        CommandLines.parser(),
        command -> {
          // All that follows 'git' is git's own.
          boolean isGit = command.getCommand() instanceof GitCommand;
          assertEquals(!isGit, command.getCommandSpec().optionsMap().containsKey("--help"));
          assertEquals(!isGit, command.getCommandSpec().optionsMap().containsKey("--verbose"));
          assertTrue(command.getCommandSpec().usageMessage().description().length > 0);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"--no-such", "--wait", "-x"})
  void a_wrong_option_is_refused_before_anything_runs(String option) {
    assertThrows(ParameterException.class, () -> CommandLines.parser().parseArgs("run", option));
  }

  @Test
  void the_nearest_name_is_offered() {
    List<String> options = List.of("--wait", "--worktree", "--quiet", "-E");
    assertEquals("--wait", Nearest.to("--wiat", options));
    assertEquals("--wait", Nearest.to("--wiat=5s", options));
    assertEquals("--worktree", Nearest.to("--work-tree", options));
    assertEquals("run", Nearest.to("rnu", List.of("run", "status")));
    assertEquals(null, Nearest.to("--something-else", options));
  }

  @Test
  void the_default_label_is_how_the_command_begins() {
    assertEquals("git commit -m", Commands.label(List.of("git", "commit", "-m", "secret")));
    assertEquals("make", Commands.label(List.of("make", "x".repeat(100))));
    assertEquals("tool", Commands.label(List.of("/a/long/path/" + "x/".repeat(50) + "tool")));
  }

  @Test
  void a_missing_command_is_told_from_one_that_may_not_be_executed() {
    assertEquals(127, codeOf("no-such-command-at-all"));
    assertEquals(127, codeOf("/no/such/command"));
    assertEquals(126, codeOf("/etc/passwd"));
    assertEquals(126, codeOf("/"));
    Commands.requireExecutable("sh", "/nowhere:/bin:/usr/bin");
    Commands.requireExecutable("/bin/sh", null);
  }

  @Test
  void the_child_gets_its_own_locale_back() {
    assertEquals(java.util.Map.of("LC_ALL", "C", "X", "1"), restored("C.UTF-8", "=C"));
    assertEquals(java.util.Map.of("LC_ALL", "", "X", "1"), restored("C.UTF-8", "="));
    assertEquals(java.util.Map.of("X", "1"), restored("C.UTF-8", ""));
  }

  private static java.util.Map<String, String> restored(String now, String former) {
    java.util.Map<String, String> environment = new java.util.HashMap<>();
    environment.put("X", "1");
    environment.put("LC_ALL", now);
    environment.put("LOCKBROKER_LC_ALL", former);
    Commands.restoreLocale(environment);
    return environment;
  }

  private static int codeOf(String command) {
    return assertThrows(
            CliException.class, () -> Commands.requireExecutable(command, "/bin:/usr/bin"))
        .exitCode();
  }

  private static RunCommand run(String... arguments) {
    CommandLine whole = CommandLines.parser();
    String[] all = new String[arguments.length + 1];
    all[0] = "run";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    whole.parseArgs(all);
    return runOf(whole).getCommand();
  }

  private static CommandLine runOf(CommandLine whole) {
    return Objects.requireNonNull(whole.getSubcommands().get("run"));
  }

  private static void forEach(CommandLine command, java.util.function.Consumer<CommandLine> check) {
    check.accept(command);
    command.getSubcommands().values().forEach(one -> forEach(one, check));
  }
}
