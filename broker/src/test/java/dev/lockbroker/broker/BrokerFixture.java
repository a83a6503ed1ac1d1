package dev.lockbroker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A broker in this JVM, in folders of its own, with a repository. */
abstract class BrokerFixture {
  Path folder = Path.of("/nowhere");
  Path repository = folder;
  Path socket = folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  final void startBroker() throws Exception {
    // Not below the build's folder: socket paths are short.
    folder = Files.createTempDirectory("lb");
    socket = folder.resolve("run/broker.sock");
    repository = newRepository("repo");
    start();
  }

  final Broker start() throws IOException, StartException {
    Broker broker = Broker.start(config(socket));
    open.add(broker);
    return broker;
  }

  final BrokerConfig config(Path at) {
    return BrokerConfig.of(at, folder.resolve("state"));
  }

  /** What git needs to see to call it a repository. */
  final Path newRepository(String name) throws IOException {
    Path top = folder.resolve(name);
    Path git = top.resolve(".git");
    Files.createDirectories(git.resolve("objects"));
    Files.createDirectories(git.resolve("refs/heads"));
    Files.writeString(git.resolve("HEAD"), "ref: refs/heads/main\n");
    Files.writeString(git.resolve("config"), "[core]\n\trepositoryformatversion = 0\n");
    return top;
  }

  final TestSession session() {
    return closing(TestSession.open(socket));
  }

  final <T extends AutoCloseable> T closing(T resource) {
    open.add(resource);
    return resource;
  }

  @AfterEach
  final void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    deleteAll(folder);
  }

  static void deleteAll(Path top) throws IOException {
    try (Stream<Path> files = Files.walk(top)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
    assertEquals(false, Files.exists(top));
  }
}
