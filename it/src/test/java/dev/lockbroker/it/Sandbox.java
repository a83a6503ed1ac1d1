package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * One test's world: a folder with a home, a runtime and a state folder of its own, and all
 * processes that were started in it. When the test is over they are ended and the folder is
 * removed; when it has failed, their state is printed first.
 */
final class Sandbox
    implements BeforeEachCallback, AfterEachCallback, TestExecutionExceptionHandler {
  private static final Path DIST = Path.of(System.getProperty("lockbroker.dist", ""));
  private static final long DELETE_NANOS = 10_000_000_000L;

  private final AtomicInteger files = new AtomicInteger();
  private final List<Child> children = new CopyOnWriteArrayList<>();
  private Path root = Path.of("/");

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    // Short, because it holds a socket; real, because git shows real paths.
    root = Files.createTempDirectory("lb").toRealPath();
    for (String name : List.of("home", "run", "state", "io")) {
      Files.createDirectory(root.resolve(name));
    }
    Files.setPosixFilePermissions(
        root.resolve("run"), java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    if (!(failure instanceof org.opentest4j.TestAbortedException)) {
      System.out.println(new Dump(this).of(context.getDisplayName()));
    }
    throw failure;
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    children.forEach(Child::end);
    Deadline.await("all processes of the test have ended", this::haveEnded);
    delete(root);
  }

  /** New ones may still be started by those that are being ended. */
  private boolean haveEnded() throws Exception {
    List<Long> left = processes();
    for (long pid : left) {
      Os.signal("KILL", pid);
    }
    return left.isEmpty();
  }

  Path root() {
    return root;
  }

  Path socket() {
    return root.resolve("run/b.sock");
  }

  Path state() {
    return root.resolve("state");
  }

  static Path dist() {
    return DIST;
  }

  List<Child> children() {
    return children;
  }

  /** All processes that were started in here and those that they started. */
  List<Long> processes() {
    return Os.processesWith("HOME=" + root.resolve("home"));
  }

  Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("HOME", root.resolve("home").toString());
    environment.put("XDG_RUNTIME_DIR", root.resolve("run").toString());
    environment.put("LOCKBROKER_STATE", state().toString());
    environment.put("LOCKBROKER_SOCKET", socket().toString());
    // Soon, so that what is waited for through a broker takes no test long.
    environment.put("LOCKBROKER_ATTACH_AFTER", "1s");
    environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    for (String who : List.of("AUTHOR", "COMMITTER")) {
      environment.put("GIT_" + who + "_NAME", "Somebody");
      environment.put("GIT_" + who + "_EMAIL", "somebody@example.org");
    }
    return environment;
  }

  Command command(Path directory, String... words) {
    return new Command(this, directory, Arrays.asList(words));
  }

  Command lockctl(Path directory, String... arguments) {
    List<String> words = new ArrayList<>(List.of(DIST.resolve("bin/lockctl").toString()));
    words.addAll(Arrays.asList(arguments));
    return new Command(this, directory, words);
  }

  /** {@code lockctl run} of a shell script, with options before {@code --}. */
  Command locked(Path directory, String script, String... options) {
    List<String> words = new ArrayList<>(List.of("run"));
    words.addAll(Arrays.asList(options));
    words.addAll(List.of("--", "sh", "-c", script));
    return lockctl(directory, words.toArray(new String[0]));
  }

  /** A Java main of the tests in a JVM of its own. */
  Command java(Class<?> main, Object... arguments) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-cp"));
    words.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    words.add(main.getName());
    Arrays.stream(arguments).map(String::valueOf).forEach(words::add);
    return new Command(this, root, words);
  }

  /** A broker that answers. */
  Broker broker() throws Exception {
    return Broker.start(this);
  }

  /** A new repository with one commit. */
  Repo repo(String name) throws Exception {
    return Repo.create(this, root.resolve(name));
  }

  /** An empty folder that has to do with no repository. */
  Path folder(String name) throws IOException {
    return Files.createDirectories(root.resolve(name));
  }

  Path newFile(String kind) {
    return root.resolve("io").resolve(files.incrementAndGet() + "." + kind);
  }

  Child track(Child child) {
    children.add(child);
    return child;
  }

  /** One that has ended and that nobody will ask for any more, so that thousands can be started. */
  void forget(Child child) throws IOException {
    children.remove(child);
    child.discard();
  }

  /** Processes that were killed may still be writing for a moment. */
  private static void delete(Path tree) throws Exception {
    long end = System.nanoTime() + DELETE_NANOS;
    while (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.walkFileTree(tree, new Deleting());
      } catch (IOException e) {
        assertTrue(System.nanoTime() - end < 0, () -> "cannot be removed: " + e);
        Thread.sleep(20);
      }
    }
  }

  private static final class Deleting extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      if (!Files.isWritable(folder)) {
        folder.toFile().setWritable(true);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException trouble)
        throws IOException {
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
