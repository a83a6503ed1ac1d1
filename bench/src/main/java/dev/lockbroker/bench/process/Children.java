package dev.lockbroker.bench.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The processes of one measurement. Closing kills those that still run, and what they started; so
 * does the end of this JVM, by Ctrl-C for instance. Thread-safe.
 */
public final class Children implements AutoCloseable {
  private final Surroundings surroundings;
  private final Set<Child> running = ConcurrentHashMap.newKeySet();
  private final AtomicInteger numbers = new AtomicInteger();
  private boolean ended;
  private final Thread atExit = new Thread(this::endAll, "bench-end");

  /** All are started in these surroundings. */
  public Children(Surroundings surroundings) {
    this.surroundings = surroundings;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Where they are. */
  public Surroundings surroundings() {
    return surroundings;
  }

  /** Starts a command there. */
  public Child start(Path directory, List<String> words) throws IOException {
    return start(directory, words, Map.of());
  }

  /**
   * Starts a command there.
   *
   * @param more variables on top of those of the surroundings
   * @throws IOException if it cannot be started, or all have been ended
   */
  public synchronized Child start(Path directory, List<String> words, Map<String, String> more)
      throws IOException {
    if (ended) {
      throw new IOException("the measurement ends; nothing is started any more");
    }
    Path io = surroundings.folder().resolve("io/" + numbers.incrementAndGet() + ".err");
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(surroundings.environment());
    builder.environment().putAll(more);
    Child child = new Child(String.join(" ", words), builder.redirectError(io.toFile()), io);
    running.add(child);
    return child;
  }

  /** Starts a Java main of this module in a JVM of its own, with flags for a short start. */
  public Child java(Class<?> main, Object... arguments) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx128m", "-Xshare:auto"));
    words.addAll(List.of("-cp", classPath(), main.getName()));
    Arrays.stream(arguments).map(String::valueOf).forEach(words::add);
    return start(surroundings.folder(), words);
  }

  /** A test's JVM may have got it as one jar that lists the others. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Kills one, and what it started, and waits for its end. */
  public void end(Child child) {
    child.kill();
    child.awaitEnd();
    running.remove(child);
  }

  private void endAll() {
    synchronized (this) {
      ended = true;
    }
    List.copyOf(running).forEach(this::end);
  }

  @Override
  public void close() {
    endAll();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook does the same.
      return;
    }
  }
}
