package dev.lockbroker.broker;

import dev.lockbroker.proto.v1.Reason;

/** A request that cannot be carried out; the message is the sentence for its client. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  RefusedException(Reason reason, String sentence) {
    super(sentence);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
