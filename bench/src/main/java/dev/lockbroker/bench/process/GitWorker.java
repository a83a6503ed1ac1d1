package dev.lockbroker.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A program that commits, a file at a time. It says {@code ready}; told {@code TURN COUNT FILE
 * WORKTREE}, it commits so many files whose names begin so, each {@code git add} and {@code git
 * commit} together in one turn, says {@code op WAIT TOTAL EXIT} for each (nanoseconds), then {@code
 * done NANOS}. Of the file {@code -} it commits nothing and only takes its turns. It ends with its
 * input.
 */
public final class GitWorker {
  private GitWorker() {}

  /** No arguments. */
  public static void main(String[] arguments) throws Exception {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Map<String, Turn> turns = new HashMap<>();
    System.out.println("ready");
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ", 4);
      Turn turn = turns.computeIfAbsent(words[0], Turn::named);
      int count = Integer.parseInt(words[1]);
      Path worktree = Path.of(words[3]);
      if (words[2].equals("-")) {
        warm(turn, count, worktree);
      } else {
        commit(turn, count, words[2], worktree);
      }
    }
    System.exit(0);
  }

  private static void warm(Turn turn, int count, Path worktree) throws Exception {
    for (int i = 0; i < count; i++) {
      turn.take(worktree).close();
    }
    System.out.println("done " + System.nanoTime());
  }

  private static void commit(Turn turn, int count, String prefix, Path worktree) throws Exception {
    StringBuilder said = new StringBuilder();
    for (int i = 0; i < count; i++) {
      String file = prefix + "." + i;
      Files.writeString(worktree.resolve(file), file + "\n");
      long askedNanos = System.nanoTime();
      long enteredNanos;
      int exit;
      try (Turn.Held held = turn.take(worktree)) {
        enteredNanos = System.nanoTime();
        exit = run(held, worktree, "git", "add", file);
        exit = exit != 0 ? exit : run(held, worktree, "git", "commit", "-qm", file);
      }
      said.append("op ").append(enteredNanos - askedNanos).append(' ');
      said.append(System.nanoTime() - askedNanos).append(' ').append(exit).append('\n');
    }
    said.append("done ").append(System.nanoTime()).append('\n');
    System.out.print(said);
    System.out.flush();
  }

  private static int run(Turn.Held held, Path worktree, String... words)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.directory(worktree.toFile());
    builder.redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.INHERIT);
    return held.start(builder).waitFor();
  }
}
