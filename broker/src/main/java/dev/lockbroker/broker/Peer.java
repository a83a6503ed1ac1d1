package dev.lockbroker.broker;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * The process at the other end of a connection, as the kernel noted it when it connected.
 *
 * @param pid its number in the broker's pid namespace; 0 if the transport does not tell
 */
record Peer(long pid) {
  static final Peer UNKNOWN = new Peer(0);

  /** Where the transport puts it. */
  static final Attributes.Key<Peer> ATTRIBUTE = Attributes.Key.create("dev.lockbroker.peer");

  private static final Context.Key<Peer> CONTEXT = Context.keyWithDefault("peer", UNKNOWN);

  /** The peer of the call that is being started on this thread. */
  static Peer current() {
    return CONTEXT.get();
  }

  /** Makes {@link #current()} work. */
  static ServerInterceptor interceptor() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Peer peer = call.getAttributes().get(ATTRIBUTE);
        Context context = Context.current().withValue(CONTEXT, peer == null ? UNKNOWN : peer);
        return Contexts.interceptCall(context, call, headers, next);
      }
    };
  }
}
