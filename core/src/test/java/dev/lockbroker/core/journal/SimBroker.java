package dev.lockbroker.core.journal;

import dev.lockbroker.core.journal.SimStream.Message;
import dev.lockbroker.core.journal.SimStream.Word;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A broker: sessions, and a mailbox whose turns run one transaction each (B1 to B5). */
final class SimBroker extends SimActor implements Party {
  private final Arbiter arbiter;
  private final List<SimStream> streams = new ArrayList<>();
  private final Map<RequestId, Seat> seats = new LinkedHashMap<>();
  private final Deque<Post> unfinished = new ArrayDeque<>();

  /** Whom it looks after. */
  private static final class Seat {
    final SimStream stream;
    long ticket;
    boolean granted;

    Seat(SimStream stream) {
      this.stream = stream;
    }
  }

  /** A message and where it came from. */
  private record Post(SimStream stream, Message message) {}

  SimBroker(SimWorld world, SimProcess process) {
    super(world, process);
    this.arbiter = world.arbiter(process);
  }

  SimStream connect(SimClient client) {
    SimStream stream = new SimStream(client, this);
    streams.add(stream);
    return stream;
  }

  @Override
  public boolean actsFor(Ticket ticket) {
    return seats.containsKey(ticket.request());
  }

  @Override
  public boolean vouchesFor(ProcessIdentity other) {
    for (SimStream stream : streams) {
      if (stream.client.process.identity().equals(other)) {
        return true;
      }
    }
    return false;
  }

  @Override
  void step() {
    List<Post> posts = new ArrayList<>(unfinished);
    unfinished.clear();
    for (SimStream stream : streams) {
      while (!stream.toBroker.isEmpty()) {
        posts.add(new Post(stream, stream.toBroker.remove()));
      }
    }
    try {
      List<Command> endings = dropBroken();
      if (posts.isEmpty() && endings.isEmpty()) {
        poll();
      } else {
        turn(posts, endings);
      }
    } catch (JournalException e) {
      world.trouble(process, e);
    }
  }

  /** B2: what was waited for on a broken stream is forgotten, and nothing is written. */
  private List<Command> dropBroken() {
    List<Command> endings = new ArrayList<>();
    for (Iterator<SimStream> all = streams.iterator(); all.hasNext(); ) {
      SimStream stream = all.next();
      if (stream.isBrokenForBroker()) {
        all.remove();
        for (Iterator<Seat> each = seats.values().iterator(); each.hasNext(); ) {
          Seat seat = each.next();
          if (seat.stream == stream) {
            each.remove();
            if (world.rules.has(SimFault.CANCELS_WAITERS_OF_A_BROKEN_STREAM) && !seat.granted) {
              endings.add(new Command.End(seat.ticket, EndReason.CANCELLED));
            }
          }
        }
      }
    }
    return endings;
  }

  private void turn(List<Post> posts, List<Command> endings) throws JournalException {
    List<Command> commands = new ArrayList<>(endings);
    List<Post> asked = new ArrayList<>();
    Turn turn;
    try {
      Turn seen = arbiter.look();
      if (seen != null) {
        tell(seen);
      }
      for (Post post : posts) {
        Command command = command(post);
        if (command != null) {
          commands.add(command);
          asked.add(post);
        }
      }
      turn = arbiter.transact(commands, this, world.patience());
    } catch (JournalException e) {
      for (Post post : posts) {
        if (post.message().word() != Word.HEARTBEAT) {
          unfinished.add(post);
        }
      }
      throw e;
    }
    for (int i = 0; i < asked.size(); i++) {
      answer(asked.get(i), turn.outcomes().get(endings.size() + i));
    }
    tell(turn);
  }

  private @Nullable Command command(Post post) {
    Message message = post.message();
    switch (message.word()) {
      case ACQUIRE -> {
        if (!post.stream().isBrokenForBroker()) {
          Seat seat = seats.get(message.request());
          if (seat == null || seat.stream != post.stream()) {
            seats.put(message.request(), new Seat(post.stream()));
          }
        }
        return message.ask();
      }
      case HEARTBEAT -> {
        Ticket ticket = arbiter.table().ticket(message.ticket());
        if (message.ticket() == 0) {
          say(post.stream(), Message.of(Word.ACKNOWLEDGED, message.request(), 0));
          return null;
        }
        if (world.rules.has(SimFault.ACKNOWLEDGES_WITHOUT_WRITING)
            && ticket != null
            && ticket.isHeld()
            && ticket.requireHold().untilNanos() - world.now > ticket.ttlNanos() * 2 / 3) {
          acknowledge(post, world.now + ticket.ttlNanos());
          return null;
        }
        return new Command.Refresh(message.ticket(), message.token());
      }
      default -> {
        Ticket ticket = arbiter.table().ticket(message.request());
        long number = ticket == null ? message.ticket() : ticket.number();
        boolean held = ticket != null && ticket.isHeld();
        EndReason released = message.word() == Word.END ? EndReason.RELEASED : EndReason.DIED;
        return new Command.End(number, held ? released : EndReason.CANCELLED);
      }
    }
  }

  private void acknowledge(Post post, long until) {
    Message message = post.message();
    say(
        post.stream(),
        new Message(
            Word.ACKNOWLEDGED, message.request(), message.ticket(), message.token(), until, null));
  }

  private void answer(Post post, Outcome outcome) {
    RequestId request = post.message().request();
    SimStream stream = post.stream();
    if (outcome instanceof Outcome.Held held) {
      if (post.message().word() == Word.HEARTBEAT) {
        acknowledge(post, held.ticket().requireHold().untilNanos());
      } else {
        grant(stream, held.ticket());
      }
    } else if (outcome instanceof Outcome.Waiting waiting) {
      Seat seat = seats.get(request);
      if (seat != null) {
        seat.ticket = waiting.ticket().number();
      }
      say(stream, Message.of(Word.QUEUED, request, waiting.ticket().number()));
    } else if (outcome instanceof Outcome.Ended) {
      seats.remove(request);
      say(stream, Message.of(Word.RELEASED, request, post.message().ticket()));
    } else if (outcome instanceof Outcome.Refused refused) {
      if (refused.reason() == Refusal.WORKER_ALIVE) {
        say(stream, Message.of(Word.WORKER_ALIVE, request, post.message().ticket()));
        return;
      }
      seats.remove(request);
      Word word = refused.reason() == Refusal.BUSY ? Word.BUSY : Word.LOST;
      say(stream, Message.of(word, request, post.message().ticket()));
    }
  }

  private void grant(SimStream stream, Ticket lease) {
    Seat seat = seats.get(lease.request());
    if (seat != null) {
      seat.ticket = lease.number();
      seat.granted = true;
    }
    Ticket.Hold hold = lease.requireHold();
    say(
        stream,
        new Message(
            Word.GRANTED, lease.request(), lease.number(), hold.token(), hold.untilNanos(), null));
  }

  private void say(SimStream stream, Message message) {
    process.point();
    stream.toClient.add(message);
  }

  /** B4: looks at what others write. */
  private void poll() throws JournalException {
    if (seats.isEmpty() || world.rules.has(SimFault.BROKER_DOES_NOT_POLL)) {
      return;
    }
    List<Command> refreshes = new ArrayList<>();
    if (world.rules.has(SimFault.REFRESHES_WITHOUT_HEARTBEAT)) {
      for (RequestId request : seats.keySet()) {
        Ticket ticket = arbiter.table().ticket(request);
        if (ticket != null && ticket.isHeld() && ticket.kind() == LeaseKind.LEASE) {
          refreshes.add(new Command.Refresh(ticket.number(), ticket.requireHold().token()));
        }
      }
    }
    if (world.random.oneIn(2) && refreshes.isEmpty()) {
      Turn seen = arbiter.look();
      if (seen != null) {
        tell(seen);
      }
      if (!arbiter.isStuckBehindGone(this)) {
        return;
      }
    }
    tell(arbiter.transact(refreshes, this, world.patience()));
  }

  private void tell(Turn turn) {
    if (world.rules.has(SimFault.BROKER_DOES_NOT_POLL)) {
      return;
    }
    for (Map.Entry<RequestId, Seat> each : List.copyOf(seats.entrySet())) {
      Seat seat = each.getValue();
      Ticket ticket = arbiter.table().ticket(each.getKey());
      if (ticket == null) {
        if (seat.ticket != 0) {
          seats.remove(each.getKey());
          Word word = wasForced(turn, seat.ticket) ? Word.FORCED : Word.LOST;
          say(seat.stream, Message.of(word, each.getKey(), seat.ticket));
        }
      } else if (ticket.isHeld() && !seat.granted) {
        grant(seat.stream, ticket);
      }
    }
  }

  private static boolean wasForced(Turn turn, long ticket) {
    for (Entry entry : turn.news()) {
      if (entry instanceof Entry.Ended ended
          && ended.ticket() == ticket
          && ended.reason() == EndReason.FORCED) {
        return true;
      }
    }
    return false;
  }
}
