package dev.lockbroker.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunFileTest {
  @TempDir Path folder;

  @Test
  void what_is_read_is_what_was_written() throws IOException {
    Run run = Samples.run(3, 1.7, false);
    RunFile.write(folder, run);
    Run read = RunFile.readAll(folder).get(0);
    assertEquals(run.number(), read.number());
    assertEquals(run.facts(), read.facts());
    assertEquals(run.results().series(), read.results().series());
    assertEquals(run.results().notes(), read.results().notes());
  }

  @Test
  void tabs_line_breaks_and_backslashes_survive() throws IOException {
    String nasty = "a\tb\nc\rd\\te\\";
    Results results = new Results();
    results.addFigure("P1", nasty, nasty, nasty, 0.1, nasty);
    results.note("P1", nasty);
    RunFile.write(folder, new Run(1, List.of(new Run.Fact("n", nasty)), results));
    Run read = RunFile.readAll(folder).get(0);
    assertEquals(nasty, read.fact("n"));
    assertEquals(results.series(), read.results().series());
    assertEquals(results.notes(), read.results().notes());
  }

  @Test
  void runs_are_numbered_on_and_read_in_their_order() throws IOException {
    assertEquals(1, RunFile.nextNumber(folder.resolve("not-there-yet")));
    for (int number : new int[] {2, 10, 9}) {
      RunFile.write(folder, Samples.run(number, 1, false));
    }
    Files.writeString(folder.resolve("run-11.part"), "of a killed one");
    assertEquals(11, RunFile.nextNumber(folder));
    assertEquals(List.of(2, 9, 10), RunFile.readAll(folder).stream().map(Run::number).toList());
  }

  @Test
  void a_damaged_file_is_named_with_its_line() throws IOException {
    Path file = RunFile.write(folder, Samples.run(1, 1, false));
    Files.writeString(file, Files.readString(file).replace("\traw-grpc\t", "\t"));
    IOException e = assertThrows(IOException.class, () -> RunFile.readAll(folder));
    assertTrue(
        String.valueOf(e.getMessage()).matches("(?s).*run-1.tsv: line 12 is damaged .*"),
        e.getMessage());
  }

  @Test
  void a_file_of_another_kind_is_not_guessed_at() throws IOException {
    Files.writeString(folder.resolve("run-1.tsv"), "something else\n");
    assertThrows(IOException.class, () -> RunFile.readAll(folder));
  }
}
