package dev.lockbroker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.proto.v1.BrokerMessage;
import dev.lockbroker.proto.v1.ClientMessage;
import dev.lockbroker.proto.v1.Heartbeat;
import dev.lockbroker.proto.v1.Hello;
import dev.lockbroker.proto.v1.LeaseRef;
import dev.lockbroker.proto.v1.LockBrokerGrpc;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever comes in, the broker goes on serving the others. */
@Timeout(60)
class RoughClientsTest extends BrokerFixture {
  @Test
  void another_major_version_is_told_so_in_a_sentence() {
    TestSession session = closing(TestSession.silent(socket));
    session.send(
        ClientMessage.newBuilder().setHello(Hello.newBuilder().setProtocolMajor(2)).build());
    Status end = session.end();
    assertEquals(Status.Code.FAILED_PRECONDITION, end.getCode());
    assertTrue(String.valueOf(end.getDescription()).contains("upgrade the older"));
  }

  @Test
  void hello_comes_first_and_once() {
    TestSession rude = closing(TestSession.silent(socket));
    rude.acquire(repository);
    assertEquals(Status.Code.INVALID_ARGUMENT, rude.end().getCode());
    TestSession twice = session();
    twice.send(ClientMessage.newBuilder().setHello(Hello.newBuilder().setProtocolMajor(1)).build());
    assertEquals(Status.Code.INVALID_ARGUMENT, twice.end().getCode());
  }

  @Test
  void a_label_too_long_is_refused() {
    TestSession session = closing(TestSession.silent(socket));
    session.send(
        ClientMessage.newBuilder()
            .setHello(Hello.newBuilder().setProtocolMajor(1).setLabel("x".repeat(10_000)))
            .build());
    assertEquals(Status.Code.INVALID_ARGUMENT, session.end().getCode());
  }

  @Test
  void a_message_from_a_newer_minor_version_is_passed_over() {
    TestSession session = session();
    session.send(ClientMessage.getDefaultInstance());
    session.lock(repository);
  }

  @Test
  void a_message_too_large_ends_its_session_only() {
    TestSession other = session();
    TestSession session = session();
    session.acquire(session.request(repository).setLabel("x".repeat(Limits.MESSAGE_BYTES)));
    assertFalse(session.end().isOk());
    other.lock(repository);
  }

  @Test
  void garbage_on_the_socket_harms_nobody() throws Exception {
    TestSession session = session();
    Random random = new Random(7);
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 200; i++) {
      try (SocketChannel raw = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        raw.connect(UnixDomainSocketAddress.of(socket));
        byte[] bytes = new byte[random.nextInt(5_000)];
        random.nextBytes(bytes);
        switch (i % 4) {
          case 0 -> raw.write(ByteBuffer.wrap(bytes));
          case 1 ->
              raw.write(
                  ByteBuffer.wrap(
                      "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
          case 2 -> {
            raw.write(ByteBuffer.wrap(preface));
            raw.write(ByteBuffer.wrap(bytes));
          }
          default -> {
            // A frame that says it has 16 MiB.
            raw.write(ByteBuffer.wrap(preface));
            raw.write(ByteBuffer.wrap(new byte[] {-1, -1, -1, 4, 0, 0, 0, 0, 0}));
          }
        }
      } catch (java.io.IOException e) {
        // It was closed before we had said all.
      }
    }
    session.release(session.lock(repository));
    session.released();
    session().lock(repository);
  }

  @Test
  void connections_that_break_in_the_middle_harm_nobody() {
    for (int i = 0; i < 50; i++) {
      TestSession session = TestSession.silent(socket);
      session.send(
          ClientMessage.newBuilder().setHello(Hello.newBuilder().setProtocolMajor(1)).build());
      session.acquire(session.request(repository).setTtlMillis(1));
      session.close();
    }
    TestSession session = session();
    session.acquire(repository);
    session.granted();
  }

  @Test
  void a_flood_is_taken_in_at_the_pace_of_its_answers() {
    TestSession flood = session();
    int messages = 20_000;
    for (int i = 0; i < messages; i++) {
      flood.heartbeat();
    }
    for (int i = 0; i < messages; i++) {
      flood.acknowledged();
    }
    session().lock(repository);
  }

  @Test
  void a_client_that_never_reads_is_cut_off() throws Exception {
    ManagedChannel channel = Wire.connect(socket);
    closing(channel::shutdownNow);
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<ClientMessage, BrokerMessage> call =
        channel.newCall(LockBrokerGrpc.getSessionMethod(), io.grpc.CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    // Never call.request(...): nothing is ever read.
    call.sendMessage(
        ClientMessage.newBuilder().setHello(Hello.newBuilder().setProtocolMajor(1)).build());
    Heartbeat.Builder lost = Heartbeat.newBuilder();
    for (int i = 0; i < 500; i++) {
      lost.addLeases(LeaseRef.newBuilder().setRequestId(TestSession.newId()));
    }
    ClientMessage message = ClientMessage.newBuilder().setHeartbeat(lost).build();
    TestSession other = session();
    for (int i = 0; i < 100; i++) {
      call.sendMessage(message);
    }
    // Cut off, its session is no more: the broker counts one.
    var admin =
        dev.lockbroker.proto.v1.LockAdminGrpc.newBlockingStub(channel)
            .withDeadlineAfter(20, TimeUnit.SECONDS);
    while (admin.info(dev.lockbroker.proto.v1.InfoRequest.getDefaultInstance()).getSessions()
        != 1) {
      Thread.onSpinWait();
    }
    other.lock(repository);
    call.request(2_000_000);
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, end.get(20, TimeUnit.SECONDS).getCode());
  }
}
