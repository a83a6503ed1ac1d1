package dev.lockbroker.cli.git;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GitTableTest {
  @Test
  void a_reader_reads_whatever_its_arguments_are() {
    for (String reader : GitTable.readers()) {
      for (String argument : List.of("x", "-d", "--add", "-w", "write", "--")) {
        GitPlan plan =
            GitDecision.of(List.of(reader, argument), Path.of("/"), Map.of(), new FakeRepository());
        assertEquals(GitPlan.Kind.READ, plan.kind(), reader + " " + argument);
      }
    }
    assertTrue(GitTable.readers().containsAll(List.of("log", "status", "diff", "rev-parse")));
    for (String writer : List.of("stash", "branch", "tag", "config", "reflog", "notes", "gc")) {
      assertFalse(GitTable.readers().contains(writer), writer);
    }
  }

  @Test
  void odd_words_are_no_rows() {
    for (String word : List.of("", " ", "stash/list", "stash list", "bisect worktree", "sta")) {
      assertFalse(GitTable.isKnown(word), word);
    }
  }
}
