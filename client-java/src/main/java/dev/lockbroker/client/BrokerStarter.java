package dev.lockbroker.client;

import dev.lockbroker.core.process.Printable;
import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Has a broker started where that is wanted: one, however many clients ask together, because they
 * ask under a lock. What goes wrong is told once, and nobody else tries for a while. Thread-safe.
 */
final class BrokerStarter {
  /** A client whose broker has gone asks for another one, but not all the time. */
  private static final long LOCK_POLL_MILLIS = 20;

  private static final long PAUSE_NANOS = 60_000_000_000L;

  /** For so long a failure stands for all clients. */
  private static final long FAILED_MILLIS = 120_000;

  /** More than the command allows itself. */
  private static final long PATIENCE_SECONDS = 60;

  private static final int LONGEST_REPORT = 1_500;

  /** One at a time: closing a second descriptor of a locked file would drop the lock. */
  private static final AtomicBoolean BUSY_IN_THIS_JVM = new AtomicBoolean();

  private final Engine engine;
  private @Nullable Thread thread;
  private boolean unwanted;
  private boolean replaced;
  private boolean told;
  private long notBeforeNanos;

  BrokerStarter(Engine engine) {
    this.engine = engine;
    this.notBeforeNanos = engine.nanoTime();
  }

  /** There is no broker: has one started, if that is wanted and it is time. Does not wait. */
  synchronized void begin() {
    if (engine.nanoTime() - notBeforeNanos >= 0) {
      begin(false);
    }
  }

  /** The broker is of another version: has it replaced, if it is an older one. Does not wait. */
  synchronized void replace() {
    if (!replaced) {
      replaced = true;
      begin(true);
    }
  }

  private void begin(boolean replacing) {
    if (unwanted || thread != null) {
      return;
    }
    notBeforeNanos = engine.nanoTime() + PAUSE_NANOS;
    Thread fresh = engine.aside("lockbroker-start", () -> run(replacing));
    thread = fresh;
    fresh.start();
  }

  /** Whether one is just being started. */
  synchronized boolean isBusy() {
    return thread != null;
  }

  /** Waits for nothing any more. What was started goes on. */
  synchronized void close() {
    unwanted = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void run(boolean replacing) {
    String trouble = null;
    try {
      List<String> command = engine.options().brokerCommand().get();
      if (command.isEmpty()) {
        synchronized (this) {
          unwanted = true;
        }
      } else if (BUSY_IN_THIS_JVM.compareAndSet(false, true)) {
        try {
          trouble = start(command, replacing);
        } finally {
          BUSY_IN_THIS_JVM.set(false);
        }
      }
    } catch (IOException e) {
      trouble = "cannot start a broker: " + Printable.text(e.toString());
    } catch (InterruptedException e) {
      // The client is closed.
    } finally {
      over(trouble);
    }
  }

  private void over(@Nullable String trouble) {
    boolean tells;
    synchronized (this) {
      thread = null;
      tells = trouble != null && !told && !unwanted;
      told |= tells;
    }
    if (tells) {
      engine.options().notices().accept(trouble + "; going on without it");
    }
  }

  /** Starts one under the lock; returns what went wrong. */
  private @Nullable String start(List<String> command, boolean replacing)
      throws IOException, InterruptedException {
    Path socket = engine.options().socket();
    Path folder = socket.toAbsolutePath().getParent();
    if (folder == null) {
      return null;
    }
    var attributes =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(folder, attributes);
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("start.lock"),
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      if (!isOurs(file)) {
        return "somebody else has been starting one for " + PATIENCE_SECONDS + " s";
      }
      if (!replacing && accepts(socket)) {
        return null;
      }
      String former = failure(file, System.currentTimeMillis());
      if (former != null) {
        return former;
      }
      String trouble = run(command);
      note(file, trouble);
      return trouble;
    } catch (java.nio.channels.FileLockInterruptionException e) {
      throw new InterruptedException();
    }
  }

  /** Whoever has it may be stopped: nobody waits for him for ever. */
  private static boolean isOurs(FileChannel file) throws IOException, InterruptedException {
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!isLocked(file)) {
      if (System.nanoTime() - endNanos >= 0) {
        return false;
      }
      Thread.sleep(LOCK_POLL_MILLIS);
    }
    return true;
  }

  private static boolean isLocked(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Another client of this JVM has it.
      return false;
    }
  }

  private @Nullable String run(List<String> command) throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
    Map<String, String> environment = builder.environment();
    // It outlives the lease around us, and must not keep it.
    environment.remove("LOCKBROKER_LEASE");
    environment.put("LOCKBROKER_SOCKET", engine.options().socket().toString());
    environment.put("LOCKBROKER_STATE", engine.options().state().toString());
    builder.redirectErrorStream(true).redirectInput(new File("/dev/null"));
    try {
      Process process = builder.start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroy();
        return "the broker did not start within " + PATIENCE_SECONDS + " s";
      }
      if (process.exitValue() == 0) {
        return null;
      }
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      String end = said.substring(Math.max(0, said.length() - LONGEST_REPORT));
      return "no broker could be started: "
          + Printable.text(end.replace("lockctl: ", "").replace("\n", " | "), LONGEST_REPORT);
    } catch (IOException e) {
      return "no broker could be started: " + Printable.text(String.valueOf(e.getMessage()));
    }
  }

  /** What went wrong for somebody else a moment ago. */
  private static @Nullable String failure(FileChannel file, long nowMillis) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(8 * LONGEST_REPORT);
    while (buffer.hasRemaining() && file.read(buffer, buffer.position()) > 0) {
      // Until the end.
    }
    String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    int space = text.indexOf(' ');
    if (space <= 0) {
      return null;
    }
    try {
      long age = nowMillis - Long.parseLong(text.substring(0, space));
      return age >= 0 && age < FAILED_MILLIS
          ? Printable.text(text.substring(space + 1), LONGEST_REPORT)
          : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static void note(FileChannel file, @Nullable String trouble) throws IOException {
    file.truncate(0);
    if (trouble != null) {
      String text = System.currentTimeMillis() + " " + trouble;
      file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }
  }

  private static boolean accepts(Path socket) {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return probe.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }
}
