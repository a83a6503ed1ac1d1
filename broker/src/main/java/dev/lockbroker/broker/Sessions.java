package dev.lockbroker.broker;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.proto.v1.BrokerMessage;
import dev.lockbroker.proto.v1.ClientMessage;
import dev.lockbroker.proto.v1.LockBrokerGrpc;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The open sessions, and the service that opens them. Safe for use by several threads. */
final class Sessions extends LockBrokerGrpc.LockBrokerImplBase {
  private final Services services;
  private final RequestReader reader;
  private final Repositories repositories;
  private final DeathWatch deathWatch;
  private final Set<Session> open = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  Sessions(
      Services services, RequestReader reader, Repositories repositories, DeathWatch deathWatch) {
    this.services = services;
    this.reader = reader;
    this.repositories = repositories;
    this.deathWatch = deathWatch;
  }

  @Override
  public StreamObserver<ClientMessage> session(StreamObserver<BrokerMessage> answers) {
    Session session =
        new Session(
            (ServerCallStreamObserver<BrokerMessage>) answers,
            this,
            services,
            reader,
            repositories,
            Peer.current());
    open.add(session);
    session.open();
    if (draining) {
      session.end(drained());
    } else if (open.size() > Limits.SESSIONS) {
      session.end(
          Status.RESOURCE_EXHAUSTED.withDescription(
              "there are "
                  + Limits.SESSIONS
                  + " sessions already; go on without the broker, or close some"));
    }
    return session;
  }

  /** A session has ended; its client is looked at. */
  void left(
      Session session, @Nullable ProcessIdentity client, Collection<Repository> repositoriesOf) {
    open.remove(session);
    if (client != null) {
      deathWatch.examine(client, repositoriesOf);
    }
  }

  int size() {
    return open.size();
  }

  /** Ends all sessions and refuses new ones. */
  void drain() {
    draining = true;
    for (Session session : open) {
      session.end(drained());
    }
  }

  private static Status drained() {
    return Status.UNAVAILABLE.withDescription(
        "draining: this broker ends; leases stay held, go on without it");
  }
}
