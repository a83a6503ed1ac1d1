package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A real {@code lockbrokerd} in the foreground of a sandbox. */
final class Broker {
  private final Sandbox box;
  private final Child process;

  private Broker(Sandbox box, Child process) {
    this.box = box;
    this.process = process;
  }

  static Broker start(Sandbox box) throws Exception {
    Child process =
        box.command(box.root(), Sandbox.dist().resolve("bin/lockbrokerd").toString()).start();
    Broker broker = new Broker(box, process);
    Deadline.await(
        "a broker listens",
        () -> {
          assertTrue(process.isAlive(), () -> "the broker has ended: " + process.err());
          return accepts(box.socket());
        });
    return broker;
  }

  /** Whether somebody listens there. */
  static boolean accepts(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }

  Child process() {
    return process;
  }

  long pid() {
    return process.pid();
  }

  void kill() throws Exception {
    process.signal("KILL");
    process.await();
  }

  /** It still serves: {@code lockctl broker info} answers. */
  void requireUnharmed() throws Exception {
    assertTrue(process.isAlive(), () -> "the broker has ended: " + process.err());
    String info = box.lockctl(box.root(), "broker", "info").run().exits(0).out();
    assertTrue(info.contains(Long.toString(pid())), info);
  }
}
