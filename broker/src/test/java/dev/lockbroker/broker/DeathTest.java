package dev.lockbroker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.proto.v1.AddProcess;
import dev.lockbroker.proto.v1.BrokerMessage.MessageCase;
import dev.lockbroker.proto.v1.ClientMessage;
import dev.lockbroker.proto.v1.Granted;
import dev.lockbroker.proto.v1.LeaseKind;
import dev.lockbroker.proto.v1.Process;
import dev.lockbroker.proto.v1.Queued;
import dev.lockbroker.proto.v1.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real processes that are killed, stopped, or outlived by their workers. */
@Timeout(120)
class DeathTest extends BrokerFixture {
  @Test
  void when_a_holder_is_killed_the_next_waiter_is_granted_at_once() throws Exception {
    StringBuilder times = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      Child child = closing(Child.holding(socket, repository, "lease"));
      TestSession waiter = session();
      waiter.acquire(repository);
      assertEquals(child.ticket(), waiter.queued().getHolders(0).getTicket());
      long killed = System.nanoTime();
      child.kill();
      Granted lease = waiter.granted();
      long granted = System.nanoTime();
      long dead = child.deadNanos();
      times.append(' ').append((granted - killed) / 1000);
      times.append(" (").append((granted - dead) / 1000).append(')');
      waiter.release(lease);
      waiter.released();
      waiter.close();
    }
    System.out.println("kill -9 to the next grant (of it after the death), us:" + times);
  }

  @Test
  void a_killed_waiter_is_passed_over() throws Exception {
    TestSession holder = session();
    Granted lease = holder.lock(repository);
    TestSession waiter = session();
    java.lang.Process child = closing2(new ProcessBuilder("sleep", "600").start());
    // A request in the name of a process that is about to die.
    TestSession doomed = closing(TestSession.silent(socket));
    doomed.send(
        ClientMessage.newBuilder()
            .setHello(
                dev.lockbroker.proto.v1.Hello.newBuilder()
                    .setProtocolMajor(1)
                    .setProcess(Process.newBuilder().setPid(child.pid())))
            .build());
    doomed.expect(MessageCase.WELCOME);
    doomed.acquire(repository);
    assertEquals(1, doomed.queued().getPosition());
    waiter.acquire(repository);
    assertEquals(2, waiter.queued().getPosition());
    child.destroyForcibly().waitFor();
    doomed.close();
    waiter.queuedAt(1);
    holder.release(lease);
    waiter.granted();
  }

  @Test
  void a_worker_keeps_its_lease_when_the_client_is_killed() throws Exception {
    Child child = closing(Child.holding(socket, repository, "run"));
    TestSession waiter = session();
    waiter.acquire(repository);
    waiter.queued();
    java.lang.Process worker = closing2(new ProcessBuilder("sleep", "600").start());
    // As the trampoline does it: the worker registers itself.
    var runs = repository.resolve(".git/lockbroker/run");
    long start =
        Long.parseLong(
            java.nio.file.Files.readString(java.nio.file.Path.of("/proc/" + worker.pid() + "/stat"))
                .replaceFirst("^.*\\) ", "")
                .split(" ", -1)[19]);
    try (var folders = java.nio.file.Files.list(runs)) {
      java.nio.file.Files.createFile(
          folders.findFirst().orElseThrow().resolve(worker.pid() + "." + start));
    }
    child.kill();
    TestSession looker = session();
    for (String state = ""; !state.equals("orphaned"); ) {
      looker.acquire(looker.request(repository).setWaitMillis(0));
      var holder = looker.refused(Reason.BUSY).getHolders(0);
      assertEquals(child.ticket(), holder.getTicket());
      state = holder.getState();
      if (state.equals("orphaned")) {
        assertEquals(worker.pid(), holder.getPid());
        assertTrue(holder.getCommand().contains("sleep"), holder.getCommand());
      }
    }
    long killed = System.nanoTime();
    worker.destroyForcibly();
    waiter.granted();
    System.out.println(
        "end of an orphaned worker to the next grant, us: " + (System.nanoTime() - killed) / 1000);
  }

  @Test
  void a_stopped_holder_keeps_its_lease_and_is_shown_as_stopped() throws Exception {
    Child child = closing(Child.holding(socket, repository, "lease"));
    child.signal("STOP");
    TestSession looker = session();
    for (String state = ""; !state.equals("stopped"); ) {
      looker.acquire(looker.request(repository).setWaitMillis(0));
      state = looker.refused(Reason.BUSY).getHolders(0).getState();
    }
    child.signal("CONT");
    child.kill();
    looker.acquire(looker.request(repository));
    looker.granted();
  }

  @Test
  void a_lease_of_kind_run_can_be_tied_to_a_living_process() throws Exception {
    java.lang.Process worker = closing2(new ProcessBuilder("sleep", "600").start());
    TestSession session = session();
    session.acquire(session.request(repository).setKind(LeaseKind.LEASE_KIND_RUN));
    Granted lease = session.granted();
    session.send(addProcess(lease, 1_999_999_999));
    session.refused(Reason.INVALID);
    session.send(addProcess(lease, worker.pid()));
    session.expect(MessageCase.PROCESS_ADDED);
    session.release(lease);
    session.refused(Reason.WORKER_ALIVE);
    worker.destroyForcibly().waitFor();
    session.release(lease);
    session.released();
  }

  @Test
  void only_leases_of_kind_run_take_processes() {
    TestSession session = session();
    Granted lease = session.lock(repository);
    session.send(addProcess(lease, ProcessHandle.current().pid()));
    session.refused(Reason.INVALID);
  }

  @Test
  void clients_that_say_nothing_of_themselves_are_known_by_their_socket() throws Exception {
    Child child = closing(Child.holding(socket, repository, "lease"));
    TestSession waiter = session();
    waiter.acquire(repository);
    Queued queued = waiter.queued();
    assertEquals(child.pid(), queued.getHolders(0).getPid());
  }

  private <T extends java.lang.Process> T closing2(T process) {
    closing(() -> process.destroyForcibly());
    return process;
  }

  private static ClientMessage addProcess(Granted lease, long pid) {
    return ClientMessage.newBuilder()
        .setAddProcess(
            AddProcess.newBuilder()
                .setRequestId(lease.getRequestId())
                .setProcess(Process.newBuilder().setPid(pid)))
        .build();
  }
}
