package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.peer.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The peers' servers of one measurement, closed together; each sees by itself to the end of this
 * JVM. Confined to one thread.
 */
final class Services implements AutoCloseable {
  private final List<Service> running = new ArrayList<>();

  /**
   * Starts one.
   *
   * @param folder its own, made here
   */
  Service start(Peer peer, Path folder) throws IOException, InterruptedException {
    Service service = peer.start(Files.createDirectories(folder));
    running.add(service);
    return service;
  }

  @Override
  public void close() {
    running.forEach(Service::close);
  }
}
