package dev.lockbroker.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Everything that helps to understand a test that failed on somebody else's machine. */
final class Dump {
  private static final int MOST_CHARACTERS = 6_000;
  private static final int MOST_CHILDREN = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Sandbox box;
  private final StringBuilder out = new StringBuilder();

  Dump(Sandbox box) {
    this.box = box;
  }

  String of(String test) {
    out.append("=== state of ").append(box.root()).append(" when this failed: ").append(test);
    out.append('\n');
    section("processes", String.join("\n", box.processes().stream().map(Os::describe).toList()));
    section("status", status());
    try (Stream<Path> files = Files.find(box.root(), 8, (path, a) -> isTelling(path))) {
      files.sorted().forEach(this::file);
    } catch (IOException | java.io.UncheckedIOException e) {
      section("files", e.toString());
    }
    List<Child> children = box.children();
    for (Child child :
        children.subList(Math.max(0, children.size() - MOST_CHILDREN), children.size())) {
      section("stderr of " + (child.isAlive() ? "living " : "") + child, child.err());
    }
    return out.append("=== end\n").toString();
  }

  private static boolean isTelling(Path path) {
    String name = String.valueOf(path.getFileName());
    String folder = String.valueOf(path.getParent());
    return name.equals("journal") || name.endsWith(".log") || folder.contains("/lockbroker/run");
  }

  private String status() {
    try {
      Child status = box.lockctl(box.root(), "status").start();
      return status.await(PATIENCE).out() + status.err();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e.toString();
    } catch (Exception | AssertionError e) {
      return e.toString();
    }
  }

  private void file(Path path) {
    try {
      section(
          path.toString(),
          Files.isDirectory(path)
              ? "(folder)"
              : new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      section(path.toString(), e.toString());
    }
  }

  /** The end of a text is where the trouble is. */
  private void section(String title, String text) {
    if (text.isBlank()) {
      return;
    }
    String end =
        text.length() <= MOST_CHARACTERS
            ? text
            : "…" + text.substring(text.length() - MOST_CHARACTERS);
    out.append("--- ").append(title).append('\n').append(end.strip()).append('\n');
  }
}
