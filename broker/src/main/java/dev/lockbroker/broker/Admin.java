package dev.lockbroker.broker;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.repository.KnownRepositories;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.proto.v1.DrainReply;
import dev.lockbroker.proto.v1.DrainRequest;
import dev.lockbroker.proto.v1.Event;
import dev.lockbroker.proto.v1.ForceReleaseReply;
import dev.lockbroker.proto.v1.ForceReleaseRequest;
import dev.lockbroker.proto.v1.InfoReply;
import dev.lockbroker.proto.v1.InfoRequest;
import dev.lockbroker.proto.v1.LockAdminGrpc;
import dev.lockbroker.proto.v1.RepositoryStatus;
import dev.lockbroker.proto.v1.StatusReply;
import dev.lockbroker.proto.v1.StatusRequest;
import dev.lockbroker.proto.v1.WatchRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Looking on and intervening. Safe for use by several threads; works on the pool. */
final class Admin extends LockAdminGrpc.LockAdminImplBase {
  private static final Logger LOG = Logger.getLogger(Admin.class.getName());

  private final Services services;
  private final RequestReader reader;
  private final Repositories repositories;
  private final KnownRepositories notes;
  private final BrokerFacts facts;

  Admin(
      Services services,
      RequestReader reader,
      Repositories repositories,
      KnownRepositories notes,
      BrokerFacts facts) {
    this.services = services;
    this.reader = reader;
    this.repositories = repositories;
    this.notes = notes;
    this.facts = facts;
  }

  /** What only the whole broker knows and can do. */
  interface BrokerFacts {
    InfoReply info();

    /** Ends the broker once the answer is out. */
    void drain();
  }

  @Override
  public void info(InfoRequest request, StreamObserver<InfoReply> answer) {
    answer.onNext(facts.info());
    answer.onCompleted();
  }

  @Override
  public void drain(DrainRequest request, StreamObserver<DrainReply> answer) {
    LOG.info("draining, as an administrator wishes");
    answer.onNext(DrainReply.getDefaultInstance());
    answer.onCompleted();
    facts.drain();
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusReply> answer) {
    answerOnPool(
        answer,
        () -> {
          StatusReply.Builder reply = StatusReply.newBuilder().setBroker(facts.info());
          if (request.getPath().isEmpty()) {
            known().forEach((journal, shown) -> reply.addRepositories(read(journal, shown)));
          } else {
            Lockable lockable = reader.lockable(request.getPath());
            reply.addRepositories(read(lockable.journalDirectory(), lockable.shown()));
          }
          return reply.build();
        });
  }

  private Map<Path, Path> known() {
    Map<Path, Path> known = new TreeMap<>(repositories.shownByJournal());
    try {
      for (KnownRepositories.Entry entry : notes.list()) {
        known.putIfAbsent(entry.journalDirectory(), entry.shown());
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the notes of repositories cannot be read: {0}", e.toString());
    }
    return known;
  }

  /** Reads a journal as anybody may, without its mailbox: a stuck one must not hide the others. */
  private RepositoryStatus read(Path journal, Path shown) {
    try (Arbiter arbiter = Arbiter.open(journal, services.host(), services.processes())) {
      arbiter.look();
      Holders holders = new Holders(arbiter, services.processes());
      return Reports.status(shown, journal, arbiter.table(), holders, services.host().nanoTime());
    } catch (JournalException e) {
      return RepositoryStatus.newBuilder()
          .setPath(shown.toString())
          .setJournalDirectory(journal.toString())
          .setTrouble(String.valueOf(e.getMessage()))
          .build();
    }
  }

  @Override
  public void forceRelease(ForceReleaseRequest request, StreamObserver<ForceReleaseReply> answer) {
    answerOnPool(
        answer,
        () -> {
          Repository repository = repositories.enter(reader.lockable(request.getPath()));
          try {
            ForceErrand errand = new ForceErrand(request.getTicket(), request.getToken());
            repository.submit(errand);
            ForceReleaseReply reply = errand.reply().join();
            LOG.log(
                Level.INFO,
                "ticket {0} of {1} ended by force",
                new Object[] {Long.toString(request.getTicket()), repository.shown()});
            return reply;
          } finally {
            repositories.leave(repository);
          }
        });
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<Event> events) {
    var stream = (ServerCallStreamObserver<Event>) events;
    if (!services.watchers().enter()) {
      events.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription(Limits.WATCHERS + " watchers are there already")
              .asRuntimeException());
      return;
    }
    Watch watch = new Watch(stream);
    watch.open();
    try {
      services.pool().execute(() -> watch.begin(request.getPath()));
    } catch (RejectedExecutionException e) {
      watch.end();
    }
  }

  /** One watcher, from its call to its end. Its methods run one at a time: it is its own lock. */
  private final class Watch {
    private final ServerCallStreamObserver<Event> stream;
    private final Outbox<Event> outbox;
    private final List<Repository> entered = new ArrayList<>();
    private boolean ended;

    Watch(ServerCallStreamObserver<Event> stream) {
      this.stream = stream;
      this.outbox = new Outbox<>(stream, Limits.EVENTS_UNREAD, this::endLater);
    }

    void open() {
      outbox.open();
      stream.setOnCancelHandler(this::endLater);
    }

    /** Not on the thread of whoever noticed: that may be in the middle of publishing. */
    private void endLater() {
      outbox.abandon();
      try {
        services.pool().execute(this::end);
      } catch (RejectedExecutionException e) {
        // The broker ends, and all watchers with it.
      }
    }

    synchronized void begin(String path) {
      if (ended) {
        return;
      }
      if (path.isEmpty()) {
        services.watchers().add(outbox);
        return;
      }
      try {
        Repository repository = repositories.enter(reader.lockable(path));
        entered.add(repository);
        repository.submit(new Question<>(mine -> mine.watchers().add(outbox)));
      } catch (RefusedException e) {
        outbox.fail(status(e));
        end();
      }
    }

    synchronized void end() {
      if (ended) {
        return;
      }
      ended = true;
      services.watchers().leave();
      services.watchers().remove(outbox);
      for (Repository repository : entered) {
        Question<Boolean> farewell = new Question<>(mine -> mine.watchers().remove(outbox));
        var unused = farewell.answer().thenRun(() -> repositories.leave(repository));
        repository.submit(farewell);
      }
    }
  }

  /** Something that may block. */
  private interface Work<T> {
    T run() throws RefusedException;
  }

  private <T> void answerOnPool(StreamObserver<T> answer, Work<T> work) {
    var stream = (ServerCallStreamObserver<T>) answer;
    stream.setOnCancelHandler(() -> {}); // Who went away is not answered, which is no error.
    CompletableFuture<T> future = new CompletableFuture<>();
    var unused =
        future.whenComplete(
            (reply, error) -> {
              if (error == null) {
                stream.onNext(reply);
                stream.onCompleted();
              } else {
                stream.onError(asStatus(error));
              }
            });
    try {
      services.pool().execute(() -> run(work, future));
    } catch (RejectedExecutionException e) {
      future.completeExceptionally(Status.UNAVAILABLE.asRuntimeException());
    }
  }

  private static <T> void run(Work<T> work, CompletableFuture<T> future) {
    try {
      future.complete(work.run());
    } catch (RefusedException e) {
      future.completeExceptionally(status(e).asRuntimeException());
    } catch (RuntimeException e) {
      future.completeExceptionally(e);
    }
  }

  private static StatusRuntimeException asStatus(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    if (cause instanceof StatusRuntimeException status) {
      return status;
    }
    LOG.log(Level.SEVERE, "bug in an administrative call", error);
    return Status.INTERNAL
        .withDescription("the broker has a bug (" + error + "); see its log")
        .asRuntimeException();
  }

  private static Status status(RefusedException e) {
    Status status =
        switch (e.reason()) {
          case NO_SUCH_PATH -> Status.NOT_FOUND;
          case QUEUE_FULL -> Status.RESOURCE_EXHAUSTED;
          default -> Status.INVALID_ARGUMENT;
        };
    return status.withDescription(e.sentence());
  }
}
