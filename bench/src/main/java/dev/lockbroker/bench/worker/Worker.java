package dev.lockbroker.bench.worker;

import dev.lockbroker.bench.peer.Lock;
import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.peer.Peers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A process that locks, as users' processes do. It connects one session, says {@code ready}, then
 * carries out an {@link Order} for each line of its standard input and answers each with {@code
 * done} or {@code failed} and a reason. It ends with its input: also when the runner is killed.
 */
public final class Worker {
  static final String READY = "ready";
  static final String DONE = "done";
  static final String FAILED = "failed";

  private final Crowd crowd;
  private final Waiters waiters;
  private @Nullable Lock held;

  private Worker(Crowd crowd) {
    this.crowd = crowd;
    this.waiters = new Waiters(crowd);
  }

  /**
   * Runs until the input ends.
   *
   * @param args the peer's id, the built distribution, the address to connect to
   */
  public static void main(String[] args) {
    PrintStream answers = System.out;
    // What a client library prints is no answer.
    System.setOut(System.err);
    try {
      Peer peer = find(args[0], Path.of(args[1]));
      Crowd crowd = new Crowd(peer, args[2]);
      crowd.open(1);
      new Worker(crowd).serve(answers);
    } catch (Exception | LinkageError e) {
      fail(answers, e);
    }
    // Threads of client libraries do not keep it.
    Runtime.getRuntime().halt(1);
  }

  private static Peer find(String id, Path dist) {
    for (Peer peer : Peers.all(dist)) {
      if (peer.id().equals(id)) {
        return peer;
      }
    }
    throw new IllegalArgumentException("there is no peer '" + id + "'");
  }

  private static void fail(PrintStream answers, Throwable e) {
    e.printStackTrace();
    answers.println(FAILED + ' ' + e.toString().replace('\n', ' '));
    answers.flush();
  }

  private void serve(PrintStream answers) throws Exception {
    BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> read(orders), "orders");
    reader.setDaemon(true);
    reader.start();
    answers.println(READY);
    while (true) {
      Order order = orders.take();
      String answer = carryOut(order);
      answers.println((DONE + ' ' + answer).strip());
      answers.flush();
    }
  }

  private static void read(BlockingQueue<Order> orders) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        orders.add(new Order(List.of(line.split(" ", -1))));
      }
    } catch (IOException e) {
      System.err.println("cannot read orders: " + e);
    }
    // Whatever it waits for: nobody is interested any more.
    Runtime.getRuntime().halt(0);
  }

  private String carryOut(Order order) throws Exception {
    switch (order.verb()) {
      case Order.PAIRS -> {
        Lock lock = crowd.session(0).lock(order.word(1));
        return write(Pairs.measure(lock, order.number(2), order.nanos(3)), order, 4);
      }
      case Order.OPEN -> crowd.open(order.number(1));
      case Order.CONTEND -> {
        return write(
            crowd.contend(
                order.word(1), order.number(2), order.nanos(3), order.nanos(4), order.nanos(5)),
            order,
            6);
      }
      case Order.STREAM -> {
        return write(
            crowd.stream(
                order.word(1), order.number(2), order.number(3), order.nanos(4), order.nanos(5)),
            order,
            6);
      }
      case Order.HOLD -> {
        Lock lock = crowd.session(0).lock(order.word(1));
        lock.acquire();
        held = lock;
      }
      case Order.FREE -> {
        Lock lock = held;
        if (lock != null) {
          lock.release();
        }
      }
      case Order.ASK -> waiters.ask(order.word(1), order.number(2));
      case Order.STOP_ASKING -> {
        return write(waiters.stop(order.nanos(1)), order, 2);
      }
      default -> throw new IllegalArgumentException("unknown order " + order.words());
    }
    return "";
  }

  private static String write(Samples samples, Order order, int index) throws IOException {
    samples.write(Path.of(order.word(index)));
    return Integer.toString(samples.size());
  }
}
