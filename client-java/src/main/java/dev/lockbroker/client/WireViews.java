package dev.lockbroker.client;

import dev.lockbroker.core.process.Printable;
import dev.lockbroker.proto.v1.Holder;
import dev.lockbroker.proto.v1.Lost;
import dev.lockbroker.proto.v1.Queued;
import dev.lockbroker.proto.v1.Reason;
import dev.lockbroker.proto.v1.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the broker says, in the SDK's words. */
final class WireViews {
  private WireViews() {}

  static QueueUpdate update(Queued queued) {
    return new QueueUpdate(
        queued.getPosition(), queued.getWaiters(), holders(queued.getHoldersList()));
  }

  private static List<HolderView> holders(List<Holder> wire) {
    List<HolderView> holders = new ArrayList<>();
    for (Holder holder : wire) {
      holders.add(
          new HolderView(
              holder.getTicket(),
              holder.getToken(),
              holder.getPid(),
              Printable.text(holder.getLabel()),
              Printable.text(holder.getCommand()),
              holder.getState(),
              Duration.ofMillis(holder.getHeldMillis()),
              Printable.text(String.join(",", holder.getClaimsList()))));
    }
    return holders;
  }

  static LossCause cause(Lost lost) {
    return switch (lost.getCause()) {
      case "forced" -> LossCause.FORCED;
      case "deleted" -> LossCause.DELETED;
      default -> LossCause.EXPIRED;
    };
  }

  static LockException refusal(Refused refused) {
    String sentence = Printable.text(refused.getSentence(), 1000);
    Reason reason = refused.getReason();
    return switch (reason) {
      case BUSY, TIMED_OUT -> new LockTimeoutException(sentence, holders(refused.getHoldersList()));
      case DEADLOCK -> new WouldDeadlockException(sentence);
      case QUEUE_FULL ->
          new UnavailableException(UnavailableException.Cause.QUEUE_FULL, sentence, null);
      default -> new InvalidRequestException(sentence, null);
    };
  }
}
