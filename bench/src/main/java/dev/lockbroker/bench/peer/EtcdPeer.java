package dev.lockbroker.bench.peer;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.support.CloseableClient;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * etcd's lock service with jetcd: one member, a lease for the session that is kept alive. It makes
 * every change durable ({@code fsync}), which is its default and is left so; in memory its data is
 * on a tmpfs, where that costs nothing.
 */
final class EtcdPeer implements Peer {
  private static final String PROGRAM = "etcd";
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final long TTL_SECONDS = 30;
  private static final int HEALTH_MILLIS = 1_000;

  private final boolean isInMemory;

  private EtcdPeer(boolean isInMemory) {
    this.isInMemory = isInMemory;
  }

  /** In the service's folder. */
  static EtcdPeer disk() {
    return new EtcdPeer(false);
  }

  /** Below {@code /dev/shm}; deleted when it ends. */
  static EtcdPeer memory() {
    return new EtcdPeer(true);
  }

  @Override
  public String id() {
    return isInMemory ? "etcd-memory" : "etcd-disk";
  }

  @Override
  public boolean isFifo() {
    return true;
  }

  @Override
  public Found find() {
    Optional<Path> program = Programs.find(PROGRAM);
    if (program.isEmpty()) {
      return new Found.Missing(PROGRAM, "apt-get install etcd-server");
    }
    if (isInMemory && !Files.isWritable(MEMORY)) {
      return new Found.Missing(MEMORY.toString(), "mount -t tmpfs tmpfs " + MEMORY);
    }
    return new Found.Here(
        "etcd "
            + Programs.version(program.get(), "--version")
            + ", jetcd "
            + Programs.versionOf(Client.class));
  }

  @Override
  public Service start(Path folder) throws IOException, InterruptedException {
    Path program =
        Programs.find(PROGRAM)
            .orElseThrow(() -> new IOException("there is no etcd on the search path"));
    Optional<Scratch> scratch = isInMemory ? Optional.of(Scratch.in(MEMORY)) : Optional.empty();
    Path data = scratch.map(Scratch::folder).orElse(folder.toAbsolutePath()).resolve("etcd");
    String clients = "http://127.0.0.1:" + Sockets.freePort();
    String peers = "http://127.0.0.1:" + Sockets.freePort();
    List<String> command =
        List.of(
            program.toString(),
            "--data-dir=" + data,
            "--listen-client-urls=" + clients,
            "--advertise-client-urls=" + clients,
            "--listen-peer-urls=" + peers,
            "--initial-advertise-peer-urls=" + peers,
            "--initial-cluster=default=" + peers);
    Launch plain = Launch.of(PROGRAM, folder, command);
    plain.builder().environment().keySet().removeIf(name -> name.startsWith("ETCD_"));
    Launch launch = scratch.map(plain::with).orElse(plain);
    return ServerProcess.start(launch, clients, () -> isHealthy(clients));
  }

  private static boolean isHealthy(String clients) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(clients + "/health").toURL().openConnection();
    connection.setConnectTimeout(HEALTH_MILLIS);
    connection.setReadTimeout(HEALTH_MILLIS);
    try {
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } finally {
      connection.disconnect();
    }
  }

  @Override
  public Session connect(String address) throws Exception {
    Client client = Client.builder().endpoints(address).build();
    boolean done = false;
    try {
      long lease = client.getLeaseClient().grant(TTL_SECONDS).get().getID();
      Session session = new LeaseSession(client, lease);
      done = true;
      return session;
    } finally {
      if (!done) {
        client.close();
      }
    }
  }

  /** A lease, kept alive until it is closed. */
  private static final class LeaseSession implements Session {
    private final Client client;
    private final long lease;
    private final CloseableClient heart;

    LeaseSession(Client client, long lease) {
      this.client = client;
      this.lease = lease;
      this.heart = client.getLeaseClient().keepAlive(lease, new Ignored());
    }

    @Override
    public Lock lock(String name) {
      return new KeyLock(client, lease, ByteSequence.from(name, StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
      heart.close();
      try {
        client.getLeaseClient().revoke(lease).get(1, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new IOException("etcd has not ended the lease: " + e.getMessage(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        client.close();
      }
    }
  }

  /** Used by one thread at a time. */
  private static final class KeyLock implements Lock {
    private final Client client;
    private final long lease;
    private final ByteSequence name;
    private @Nullable ByteSequence key;

    KeyLock(Client client, long lease, ByteSequence name) {
      this.client = client;
      this.lease = lease;
      this.name = name;
    }

    @Override
    public void acquire() throws Exception {
      key = client.getLockClient().lock(name, lease).get().getKey();
    }

    @Override
    public void release() throws Exception {
      ByteSequence held = key;
      if (held == null) {
        throw new IllegalStateException("not held");
      }
      key = null;
      client.getLockClient().unlock(held).get();
    }
  }

  /** Whether the lease lives shows when it is used. */
  private static final class Ignored implements StreamObserver<LeaseKeepAliveResponse> {
    @Override
    public void onNext(LeaseKeepAliveResponse response) {}

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {}
  }
}
