package dev.lockbroker.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A command in a sandbox, before it is started. */
final class Command {
  private final Sandbox box;
  private final List<String> words;
  private final Map<String, String> environment;
  private Path directory;
  private @Nullable Path stdin;
  private boolean piped;

  Command(Sandbox box, Path directory, List<String> words) {
    this.box = box;
    this.directory = directory;
    this.words = new ArrayList<>(words);
    this.environment = new TreeMap<>(box.environment());
  }

  /** One more argument. */
  Command with(String word) {
    words.add(word);
    return this;
  }

  Command in(Path where) {
    directory = where;
    return this;
  }

  Command env(String name, Object value) {
    environment.put(name, value.toString());
    return this;
  }

  Command without(String name) {
    environment.remove(name);
    return this;
  }

  /** How lockctl gets its lock: {@code auto}, {@code broker}, {@code direct}. */
  Command mode(String mode) {
    return env("LOCKBROKER_MODE", mode);
  }

  /** As leader of a session and process group of its own, to be killed as one. */
  Command ownGroup() {
    words.add(0, "setsid");
    return this;
  }

  /** Behind these words, such as {@code setpriv --reuid=nobody}. */
  Command behind(String... before) {
    words.addAll(0, List.of(before));
    return this;
  }

  Command stdin(byte[] content) throws IOException {
    stdin = Files.write(box.newFile("in"), content);
    return this;
  }

  Command stdin(String content) throws IOException {
    return stdin(content.getBytes(StandardCharsets.UTF_8));
  }

  /** Stdin is written by the test. */
  Command pipedStdin() {
    piped = true;
    return this;
  }

  Child start() throws IOException {
    Path out = box.newFile("out");
    Path err = box.newFile("err");
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    if (!piped) {
      builder.redirectInput(stdin == null ? new java.io.File("/dev/null") : stdin.toFile());
    }
    return box.track(new Child(String.join(" ", words), builder.start(), out, err));
  }

  /** Starts it and waits for its end. */
  Child run() throws Exception {
    return start().await();
  }
}
