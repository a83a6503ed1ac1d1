package dev.lockbroker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SocketTest extends BrokerFixture {
  private StartException refused(Path at) {
    return assertThrows(StartException.class, () -> Broker.start(config(at)));
  }

  @Test
  void folder_and_socket_are_the_owners_alone() throws Exception {
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
  }

  @Test
  void a_second_broker_is_refused_and_the_first_goes_on() {
    StartException refusal = refused(socket);
    assertEquals(69, refusal.exitCode());
    assertTrue(
        String.valueOf(refusal.getMessage())
            .contains("another broker runs (pid " + ProcessHandle.current().pid() + ")"));
    session().lock(repository);
  }

  @Test
  void a_broker_leaves_nothing_in_the_way_of_the_next() throws Exception {
    Path at = folder.resolve("run2/broker.sock");
    Broker.start(config(at)).close();
    assertFalse(Files.exists(at));
    closing(Broker.start(config(at)));
    closing(TestSession.open(at)).lock(repository);
  }

  @Test
  void a_stale_socket_is_replaced() throws Exception {
    Path at = folder.resolve("run2/broker.sock");
    Files.createDirectory(at.getParent());
    Files.setPosixFilePermissions(at.getParent(), PosixFilePermissions.fromString("rwx------"));
    try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(at));
    }
    assertTrue(Files.exists(at));
    closing(Broker.start(config(at)));
    closing(TestSession.open(at)).lock(repository);
  }

  @Test
  void a_living_socket_is_never_replaced() throws Exception {
    Path at = folder.resolve("run2/broker.sock");
    Files.createDirectory(at.getParent());
    Files.setPosixFilePermissions(at.getParent(), PosixFilePermissions.fromString("rwx------"));
    try (var alive = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      alive.bind(UnixDomainSocketAddress.of(at));
      assertEquals(69, refused(at).exitCode());
    }
  }

  @Test
  void somebody_elses_socket_is_not_removed_at_the_end() throws Exception {
    Path at = folder.resolve("run2/broker.sock");
    Broker broker = Broker.start(config(at));
    Files.delete(at);
    Files.writeString(at, "somebody else's");
    broker.close();
    assertTrue(Files.exists(at));
  }

  @Test
  void a_path_too_long_is_said_to_be_so() {
    StartException refusal = refused(folder.resolve("x".repeat(100) + "/broker.sock"));
    assertEquals(78, refusal.exitCode());
    assertTrue(String.valueOf(refusal.getMessage()).contains("107"));
  }

  @Test
  void an_unsafe_folder_is_refused() throws Exception {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertEquals(78, refused(open.resolve("broker.sock")).exitCode());
    Path link = Files.createSymbolicLink(folder.resolve("link"), socket.getParent());
    assertEquals(78, refused(link.resolve("broker.sock")).exitCode());
    Path file = Files.createFile(folder.resolve("file"));
    assertEquals(78, refused(file.resolve("broker.sock")).exitCode());
  }

  @Test
  void without_epoll_it_serves_by_nio() throws Exception {
    Path at = folder.resolve("run2/broker.sock");
    closing(Broker.start(config(at).withoutEpoll()));
    TestSession session = closing(TestSession.silent(at));
    var self = dev.lockbroker.core.process.LinuxHost.current().self();
    session.send(
        dev.lockbroker.proto.v1.ClientMessage.newBuilder()
            .setHello(
                dev.lockbroker.proto.v1.Hello.newBuilder()
                    .setProtocolMajor(1)
                    .setProcess(dev.lockbroker.proto.v1.Process.newBuilder().setPid(self.pid())))
            .build());
    session.expect(dev.lockbroker.proto.v1.BrokerMessage.MessageCase.WELCOME);
    session.lock(repository);
  }
}
