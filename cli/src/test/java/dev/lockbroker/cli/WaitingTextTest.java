package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockbroker.client.HolderView;
import dev.lockbroker.client.QueueUpdate;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WaitingTextTest {
  private static final HolderView CLAUDE = holder("claude-42", "git rebase main", "running");

  @Test
  void the_line_says_who_holds_for_how_long_and_our_place() {
    assertEquals(
        "waiting for /repo (worktree main): held 12 s by pid 4711 'git rebase main' (claude-42);"
            + " you are 2nd of 3",
        line("/worktree/:main", new QueueUpdate(2, 3, List.of(CLAUDE))));
  }

  @Test
  void the_whole_repository_needs_no_parentheses() {
    assertEquals(
        "waiting for /repo: you are 1st of 1", line("/", new QueueUpdate(1, 1, List.of())));
  }

  @Test
  void several_holders_are_counted() {
    assertEquals(
        "waiting for /repo (scope /ref/x): held 12 s by pid 4711 'git rebase main' (claude-42) and"
            + " 2 others; you are 1st of 1",
        line("/ref/x", new QueueUpdate(1, 1, List.of(CLAUDE, CLAUDE, CLAUDE))));
  }

  @Test
  void a_default_label_is_not_repeated() {
    assertEquals(
        "waiting for /repo: held 12 s by orphaned pid 4711 'git gc --quiet --auto'; you are 1st of 1",
        line("/", update(holder("git gc", "git gc --quiet --auto", "orphaned"))));
  }

  @Test
  void an_unseen_command_is_left_out_and_a_stopped_holder_is_named() {
    assertEquals(
        "waiting for /repo: held 12 s by pid 4711 (x), stopped; you are 1st of 1",
        line("/", update(holder("x", "", "stopped"))));
  }

  @Test
  void foreign_text_is_escaped() {
    String line = line("/", update(holder("\u001b[2J", "a\nlockctl: b", "running")));
    assertEquals(-1, line.indexOf('\u001b'));
    assertEquals(-1, line.indexOf('\n'));
  }

  @Test
  void the_age_of_the_update_counts() {
    WaitingText text = new WaitingText(place(), Scope.ROOT);
    String line = text.line(update(CLAUDE), 3_000);
    assertEquals(true, line.contains("held 15 s"));
  }

  @Test
  void json_says_the_same() {
    WaitingText text = new WaitingText(place(), new Scope("/name/x"));
    assertEquals(
        "{\"event\":\"waiting\",\"repository\":\"/repo\",\"scope\":\"/name/x\",\"position\":1,"
            + "\"waiters\":1,\"holders\":[{\"ticket\":5,\"token\":6,\"pid\":4711,"
            + "\"label\":\"claude-42\",\"command\":\"git rebase main\",\"state\":\"running\","
            + "\"heldMillis\":12010,\"claims\":\"X:/\"}]}",
        text.json(update(CLAUDE), 10));
  }

  @ParameterizedTest
  @CsvSource({"1,1st", "2,2nd", "3,3rd", "4,4th", "11,11th", "12,12th", "13,13th", "21,21st"})
  void places_are_ordinals(int number, String shown) {
    assertEquals(shown, Shown.ordinal(number));
  }

  @Test
  void a_waiting_lockctl_is_called_by_its_name() {
    assertEquals("lockctl", Shown.command("/usr/bin/java -Dlockbroker.home=/x -XX:+UseSerialGC"));
    assertEquals("java -jar x.jar", Shown.command("java -jar x.jar"));
  }

  private static String line(String scope, QueueUpdate update) {
    return new WaitingText(place(), new Scope(scope)).line(update, 0);
  }

  private static QueueUpdate update(HolderView holder) {
    return new QueueUpdate(1, 1, List.of(holder));
  }

  private static HolderView holder(String label, String command, String state) {
    return new HolderView(5, 6, 4711, label, command, state, Duration.ofSeconds(12), "X:/");
  }

  private static Lockable place() {
    Path git = Path.of("/repo/.git");
    return new Lockable(
        git,
        git.resolve("lockbroker"),
        Lockable.Kind.GIT,
        git,
        Lockable.MAIN_WORKTREE,
        Path.of("/repo"));
  }
}
