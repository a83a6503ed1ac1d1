package dev.lockbroker.broker;

import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.repository.UserFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** {@code lockbrokerd}. */
public final class Main {
  private static final Logger LOG = Logger.getLogger(Main.class.getName());
  private static final int INTERNAL = 70;

  /** How long an end on a signal may take. */
  private static final long FAREWELL_SECONDS = 5;

  /** How long one stays that will be started again when it is needed. */
  private static final long IDLE_EXIT_NANOS = 600_000_000_000L;

  private Main() {}

  /** Runs until it is drained or told to end by a signal. */
  public static void main(String[] arguments) {
    int status;
    try {
      status = run(Options.parse(List.of(arguments)));
    } catch (StartException e) {
      System.err.println("lockbrokerd: " + e.getMessage());
      status = e.exitCode();
    } catch (IOException | RuntimeException e) {
      System.err.println("lockbrokerd: cannot start: " + e);
      LOG.log(Level.SEVERE, "cannot start", e);
      status = INTERNAL;
    } catch (InterruptedException e) {
      status = INTERNAL;
    }
    System.exit(status);
  }

  private static int run(Options options) throws IOException, StartException, InterruptedException {
    if (options.help()) {
      System.out.print(Options.HELP);
      return 0;
    }
    if (options.version()) {
      System.out.println("lockbrokerd " + Version.TEXT);
      return 0;
    }
    BrokerConfig config = config(options, System.getenv());
    BrokerLog.open(config.logFile(), options.logLevel());
    Broker broker = Broker.start(config);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> farewell(broker), "lockbrokerd-end"));
    System.err.println(
        "lockbrokerd: ready on "
            + broker.socket()
            + " (pid "
            + ProcessHandle.current().pid()
            + ")");
    broker.awaitEnd();
    return 0;
  }

  private static BrokerConfig config(Options options, Map<String, String> environment)
      throws IOException, StartException {
    UserFolders folders =
        new UserFolders(environment, System.getProperties(), LinuxHost.current().uid());
    PassedSocket passed = options.inherited() ? PassedSocket.take() : null;
    Path chosen = options.socket() != null ? options.socket() : folders.socket();
    // What was passed is what clients connect to, whatever else is said.
    Path socket = passed != null ? passed.path() : chosen;
    Path logFile = options.logFile();
    Path state = folders.state();
    // Whoever listens for us starts us again when we are needed.
    long idleExit = passed != null ? IDLE_EXIT_NANOS : IdleWatch.NEVER;
    return new BrokerConfig(
        socket,
        state,
        logFile != null ? logFile : state.resolve("lockbrokerd.log"),
        true,
        passed,
        options.idleExitNanos(environment.get("LOCKBROKER_IDLE_EXIT"), idleExit),
        environment);
  }

  /** A signal is an orderly end, so the status is 0; what hangs is left behind. */
  private static void farewell(Broker broker) {
    CountDownLatch done = new CountDownLatch(1);
    Thread closer =
        new Thread(
            () -> {
              broker.close();
              done.countDown();
            },
            "lockbrokerd-close");
    closer.setDaemon(true);
    closer.start();
    try {
      boolean orderly = done.await(FAREWELL_SECONDS, TimeUnit.SECONDS);
      Runtime.getRuntime().halt(orderly ? 0 : INTERNAL);
    } catch (InterruptedException e) {
      Runtime.getRuntime().halt(INTERNAL);
    }
  }
}
