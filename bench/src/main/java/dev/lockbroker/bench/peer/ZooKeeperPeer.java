package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.server.ZooKeeperServerMain;

/**
 * Curator's {@link InterProcessMutex} on one ZooKeeper server, which runs from its jar in a JVM of
 * its own: nothing has to be installed. It makes every change durable, which is its default and is
 * left so.
 */
final class ZooKeeperPeer implements Peer {
  private static final int PROBE_MILLIS = 1_000;
  private static final int RETRY_MILLIS = 1_000;
  private static final int CONNECT_SECONDS = 15;

  @Override
  public String id() {
    return "zookeeper";
  }

  @Override
  public boolean isFifo() {
    return true;
  }

  @Override
  public Found find() {
    return new Found.Here(
        "ZooKeeper "
            + Programs.versionOf(ZooKeeper.class)
            + ", Curator "
            + Programs.versionOf(InterProcessMutex.class));
  }

  @Override
  public Service start(Path folder) throws IOException, InterruptedException {
    int port = Sockets.freePort();
    Path settings = folder.toAbsolutePath().resolve("zoo.cfg");
    Files.write(
        settings,
        List.of(
            "dataDir=" + folder.toAbsolutePath().resolve("zookeeper"),
            "clientPortAddress=127.0.0.1",
            "clientPort=" + port,
            "tickTime=2000",
            "maxClientCnxns=0",
            "admin.enableServer=false",
            "4lw.commands.whitelist=srvr"));
    Launch launch =
        Launch.java("zookeeper", folder, List.of(), ZooKeeperServerMain.class, settings.toString());
    return ServerProcess.start(launch, "127.0.0.1:" + port, () -> serves(port));
  }

  private static boolean serves(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PROBE_MILLIS);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readAllBytes();
      return new String(answer, StandardCharsets.US_ASCII).contains("Mode:");
    }
  }

  @Override
  public Session connect(String address) throws Exception {
    CuratorFramework client =
        CuratorFrameworkFactory.newClient(address, new RetryOneTime(RETRY_MILLIS));
    client.start();
    if (!client.blockUntilConnected(CONNECT_SECONDS, TimeUnit.SECONDS)) {
      client.close();
      throw new IOException("no ZooKeeper answers at " + address + " within 15 s");
    }
    return new Session() {
      @Override
      public Lock lock(String name) {
        return new ThreadLock(new InterProcessMutex(client, "/locks/" + name));
      }

      @Override
      public void close() {
        client.close();
      }
    };
  }

  /** Belongs to the thread that takes it. */
  private record ThreadLock(InterProcessMutex mutex) implements Lock {
    @Override
    public void acquire() throws Exception {
      mutex.acquire();
    }

    @Override
    public void release() throws Exception {
      mutex.release();
    }
  }
}
