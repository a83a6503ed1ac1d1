package dev.lockbroker.bench.peer;

import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ourselves, as a Java program would use us: {@code client.acquire} of a git repository and {@code
 * lease.close}. Through a broker that this starts, to which every request goes; beside such a
 * broker, as clients do unless they are told otherwise; or directly on the files without one.
 *
 * <p>A lease may be entered again by its thread, so several threads are needed for contention
 * within a session.
 */
final class LockbrokerPeer implements Peer {
  private final Path dist;
  private final ClientOptions.Mode mode;

  private LockbrokerPeer(Path dist, ClientOptions.Mode mode) {
    this.dist = dist;
    this.mode = mode;
  }

  /** Every request through a broker of that distribution. */
  static LockbrokerPeer broker(Path dist) {
    return new LockbrokerPeer(dist, ClientOptions.Mode.BROKER);
  }

  /** Beside a broker of that distribution, as by default: it serves who waits for long. */
  static LockbrokerPeer auto(Path dist) {
    return new LockbrokerPeer(dist, ClientOptions.Mode.AUTO);
  }

  /** No broker at all. */
  static LockbrokerPeer direct(Path dist) {
    return new LockbrokerPeer(dist, ClientOptions.Mode.DIRECT);
  }

  @Override
  public String id() {
    return switch (mode) {
      case BROKER -> "lockbroker";
      case AUTO -> "lockbroker-auto";
      case DIRECT -> "lockbroker-direct";
    };
  }

  @Override
  public boolean isFifo() {
    return true;
  }

  private boolean isBrokered() {
    return mode != ClientOptions.Mode.DIRECT;
  }

  private Path program() {
    return dist.toAbsolutePath().resolve("bin/lockbrokerd");
  }

  @Override
  public Found find() {
    Optional<Path> git = Programs.find("git");
    if (git.isEmpty()) {
      return new Found.Missing("git", "apt-get install git");
    }
    if (isBrokered() && !Files.isExecutable(program())) {
      return new Found.Missing(program().toString(), "build it: ./lockctl --version");
    }
    return new Found.Here(
        "Lockbroker "
            + Programs.versionOf(LockClient.class)
            + ", git "
            + Programs.version(git.get(), "--version"));
  }

  @Override
  public Service start(Path folder) throws IOException, InterruptedException {
    for (String name : List.of("home", "state", "repositories")) {
      Files.createDirectories(folder.resolve(name));
    }
    String address = folder.toAbsolutePath().toString();
    if (!isBrokered()) {
      return new NoServer(address);
    }
    Path socket = Sockets.in(folder, "run/b.sock");
    Launch launch = Launch.of("lockbrokerd", folder, List.of(program().toString()));
    Map<String, String> environment = launch.builder().environment();
    environment.keySet().removeIf(name -> name.startsWith("LOCKBROKER_"));
    environment.putAll(surroundings(folder));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    return ServerProcess.start(launch, address, () -> Sockets.accepts(socket));
  }

  private static Map<String, String> surroundings(Path folder) {
    Path root = folder.toAbsolutePath();
    return Map.of(
        "HOME", root.resolve("home").toString(),
        "XDG_RUNTIME_DIR", root.resolve("run").toString(),
        "LOCKBROKER_STATE", root.resolve("state").toString(),
        "LOCKBROKER_SOCKET", root.resolve("run/b.sock").toString());
  }

  @Override
  public Session connect(String address) {
    Path folder = Path.of(address);
    ClientOptions options =
        ClientOptions.fromEnvironment(surroundings(folder))
            .withMode(mode)
            .withBrokerCommand(List::of);
    LockClient client = LockClient.open(options);
    return new SdkSession() {
      @Override
      public Lock lock(String name) throws IOException, InterruptedException {
        return new SdkLock(client, repository(name));
      }

      @Override
      public LockClient client() {
        return client;
      }

      @Override
      public Path repository(String name) throws IOException, InterruptedException {
        return GitRepositories.in(folder.resolve("repositories"), name);
      }

      @Override
      public void close() {
        client.close();
      }
    };
  }

  /** Used by one thread at a time. */
  private static final class SdkLock implements Lock {
    private final LockClient client;
    private final Path repository;
    private @Nullable Lease lease;

    SdkLock(LockClient client, Path repository) {
      this.client = client;
      this.repository = repository;
    }

    @Override
    public void acquire() throws InterruptedException {
      lease = client.acquire(LockRequest.exclusive(repository));
    }

    @Override
    public long place() {
      Lease held = lease;
      return held == null ? 0 : held.ticket();
    }

    @Override
    public void release() {
      Lease held = lease;
      if (held == null) {
        throw new IllegalStateException("not held");
      }
      lease = null;
      held.close();
    }
  }
}
