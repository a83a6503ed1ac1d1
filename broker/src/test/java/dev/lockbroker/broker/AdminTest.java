package dev.lockbroker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.proto.v1.DrainRequest;
import dev.lockbroker.proto.v1.Event;
import dev.lockbroker.proto.v1.EventKind;
import dev.lockbroker.proto.v1.ForceReleaseRequest;
import dev.lockbroker.proto.v1.Granted;
import dev.lockbroker.proto.v1.InfoReply;
import dev.lockbroker.proto.v1.InfoRequest;
import dev.lockbroker.proto.v1.LockAdminGrpc;
import dev.lockbroker.proto.v1.RepositoryStatus;
import dev.lockbroker.proto.v1.StatusReply;
import dev.lockbroker.proto.v1.StatusRequest;
import dev.lockbroker.proto.v1.WatchRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AdminTest extends BrokerFixture {
  private @Nullable ManagedChannel connected;

  @BeforeEach
  void connect() {
    ManagedChannel channel = Wire.connect(socket);
    closing(channel::shutdownNow);
    connected = channel;
  }

  private ManagedChannel channel() {
    return Objects.requireNonNull(connected);
  }

  private LockAdminGrpc.LockAdminBlockingStub admin() {
    return LockAdminGrpc.newBlockingStub(channel()).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  @Test
  void info_says_what_runs_where() {
    session();
    InfoReply info = admin().info(InfoRequest.getDefaultInstance());
    assertEquals(1, info.getProtocolMajor());
    assertEquals(ProcessHandle.current().pid(), info.getPid());
    assertEquals(socket.toString(), info.getSocket());
    assertEquals(1, info.getSessions());
  }

  @Test
  void status_shows_leases_and_queue() throws Exception {
    TestSession session = session();
    Granted lease = session.lock(repository);
    session.acquire(repository);
    session.queued();
    session.lock(newRepository("second"));
    StatusReply all = admin().status(StatusRequest.getDefaultInstance());
    assertEquals(2, all.getRepositoriesCount());
    RepositoryStatus one =
        admin()
            .status(StatusRequest.newBuilder().setPath(repository.toString()).build())
            .getRepositories(0);
    assertEquals(repository.toRealPath().toString(), one.getPath());
    assertEquals(lease.getTicket(), one.getTickets(0).getTicket());
    assertEquals(lease.getToken(), one.getTickets(0).getToken());
    assertEquals("running", one.getTickets(0).getState());
    assertTrue(one.getTickets(0).getLeftMillis() > 0);
    assertEquals(0, one.getTickets(1).getToken());
    assertEquals(1, one.getTickets(1).getPosition());
  }

  @Test
  void status_tells_what_is_wrong_with_a_journal() throws Exception {
    session().lock(repository);
    Files.writeString(repository.resolve(".git/lockbroker/journal"), "nonsense\n");
    StatusReply all = admin().status(StatusRequest.getDefaultInstance());
    assertTrue(all.getRepositories(0).getTrouble().contains("corrupt"));
  }

  @Test
  void a_repository_is_known_to_the_next_broker() throws Exception {
    TestSession session = session();
    session.lock(repository);
    Path other = folder.resolve("run2/broker.sock");
    closing(Broker.start(config(other)));
    ManagedChannel second = Wire.connect(other);
    closing(second::shutdownNow);
    StatusReply all =
        LockAdminGrpc.newBlockingStub(second)
            .withDeadlineAfter(10, TimeUnit.SECONDS)
            .status(StatusRequest.getDefaultInstance());
    assertEquals(1, all.getRepositories(0).getTicketsCount());
  }

  @Test
  void force_release_wants_the_right_token() {
    TestSession holder = session();
    Granted lease = holder.lock(repository);
    TestSession waiter = session();
    waiter.acquire(repository);
    waiter.queued();
    ForceReleaseRequest.Builder request =
        ForceReleaseRequest.newBuilder().setPath(repository.toString());
    assertEquals(
        Status.Code.NOT_FOUND,
        codeOf(() -> admin().forceRelease(request.setTicket(4711).setToken(1).build())));
    assertEquals(
        Status.Code.FAILED_PRECONDITION,
        codeOf(
            () ->
                admin()
                    .forceRelease(
                        request
                            .setTicket(lease.getTicket())
                            .setToken(lease.getToken() + 1)
                            .build())));
    assertFalse(waiter.hasNews());
    var reply =
        admin()
            .forceRelease(request.setTicket(lease.getTicket()).setToken(lease.getToken()).build());
    assertEquals(ProcessHandle.current().pid(), reply.getOverriddenPids(0));
    assertEquals("forced", holder.lost().getCause());
    waiter.granted();
  }

  @Test
  void a_forced_waiter_is_not_put_back_into_the_queue() {
    TestSession holder = session();
    holder.lock(repository);
    TestSession waiter = session();
    waiter.acquire(repository);
    long ticket = waiter.queued().getTicket();
    admin()
        .forceRelease(
            ForceReleaseRequest.newBuilder()
                .setPath(repository.toString())
                .setTicket(ticket)
                .build());
    assertEquals("forced", waiter.lost().getCause());
  }

  @Test
  void a_watcher_sees_what_happens_in_order() throws Exception {
    BlockingQueue<Event> seen = watch(repository.toString());
    TestSession session = session();
    // The watch begins at some moment: wait until it has.
    Granted first = session.lock(repository);
    session.release(first);
    session.released();
    while (seen.poll(20, TimeUnit.MILLISECONDS) == null) {
      session.release(session.lock(repository));
      session.released();
    }
    while (seen.poll(100, TimeUnit.MILLISECONDS) != null) {
      // What came of that.
    }
    Granted lease = session.lock(repository);
    session.heartbeat(lease);
    session.acknowledged();
    session.release(lease);
    assertEvent(seen, EventKind.WAITING, lease);
    assertEvent(seen, EventKind.GRANTED, lease);
    assertEvent(seen, EventKind.REFRESHED, lease);
    assertEvent(seen, EventKind.RELEASED, lease);
  }

  private static void assertEvent(BlockingQueue<Event> seen, EventKind kind, Granted lease)
      throws InterruptedException {
    Event event = seen.poll(10, TimeUnit.SECONDS);
    assertTrue(event != null, "no event " + kind);
    assertEquals(kind, event.getKind());
    assertEquals(lease.getTicket(), event.getTicket());
    assertEquals("test", event.getLabel());
  }

  private BlockingQueue<Event> watch(String path) {
    BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
    LockAdminGrpc.newStub(channel())
        .watch(
            WatchRequest.newBuilder().setPath(path).build(),
            new StreamObserver<>() {
              @Override
              public void onNext(Event event) {
                seen.add(event);
              }

              @Override
              public void onError(Throwable error) {}

              @Override
              public void onCompleted() {}
            });
    return seen;
  }

  @Test
  void a_watcher_of_everything_sees_every_repository_in_use() throws Exception {
    BlockingQueue<Event> seen = watch("");
    TestSession session = session();
    Path second = newRepository("second");
    while (seen.poll(20, TimeUnit.MILLISECONDS) == null) {
      session.release(session.lock(repository));
      session.released();
    }
    Granted lease = session.lock(second);
    Event event = seen.poll(10, TimeUnit.SECONDS);
    while (event != null && event.getTicket() != lease.getTicket()) {
      event = seen.poll(10, TimeUnit.SECONDS);
    }
    assertTrue(event != null, "the second repository is not seen");
  }

  @Test
  void health_and_reflection_answer_to_common_tools() throws Exception {
    var health = HealthGrpc.newBlockingStub(channel()).withDeadlineAfter(10, TimeUnit.SECONDS);
    for (String service : new String[] {"", "lockbroker.v1.LockBroker"}) {
      assertEquals(
          ServingStatus.SERVING,
          health.check(HealthCheckRequest.newBuilder().setService(service).build()).getStatus());
    }
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    ServerReflectionGrpc.newStub(channel())
        .serverReflectionInfo(
            new StreamObserver<>() {
              @Override
              public void onNext(ServerReflectionResponse response) {
                answer.complete(response);
              }

              @Override
              public void onError(Throwable error) {
                answer.completeExceptionally(error);
              }

              @Override
              public void onCompleted() {}
            })
        .onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    String services = answer.get(10, TimeUnit.SECONDS).toString();
    assertTrue(services.contains("lockbroker.v1.LockBroker"), services);
    assertTrue(services.contains("lockbroker.v1.LockAdmin"), services);
    assertTrue(services.contains("grpc.reflection.v1alpha"), services);
  }

  @Test
  void a_drained_broker_ends_and_its_leases_stay() throws Exception {
    Path other = folder.resolve("run2/broker.sock");
    Broker broker = closing(Broker.start(config(other)));
    TestSession session = closing(TestSession.open(other));
    Granted lease = session.lock(repository);
    ManagedChannel second = Wire.connect(other);
    closing(second::shutdownNow);
    LockAdminGrpc.newBlockingStub(second)
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .drain(DrainRequest.getDefaultInstance());
    Status end = session.end();
    assertEquals(Status.Code.UNAVAILABLE, end.getCode());
    assertTrue(String.valueOf(end.getDescription()).contains("draining"));
    broker.awaitEnd();
    assertFalse(Files.exists(other));
    TestSession elsewhere = session();
    elsewhere.acquire(elsewhere.request(repository).setWaitMillis(0));
    var busy = elsewhere.refused(dev.lockbroker.proto.v1.Reason.BUSY);
    assertEquals(lease.getTicket(), busy.getHolders(0).getTicket());
  }

  private static Status.Code codeOf(Runnable call) {
    return assertThrows(StatusRuntimeException.class, call::run).getStatus().getCode();
  }
}
