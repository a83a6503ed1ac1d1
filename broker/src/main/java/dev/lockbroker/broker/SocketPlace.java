package dev.lockbroker.broker;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The socket's folder and file: made, checked, and taken for this broker alone.
 *
 * <p>The server binds to a name of its own in the same folder, which is then renamed over the real
 * one. So the socket appears at once with the right permissions, a stale one is replaced without a
 * moment in between, and what netty removes when it closes is never somebody else's file.
 */
final class SocketPlace {
  /** {@code sun_path} has 108 bytes, the last of which is zero. */
  private static final int MOST_BYTES = 107;

  private final Path socket;
  private final Path birthplace;
  private final long uid;
  private final boolean adopted;
  private @Nullable InstanceLock lock;
  private @Nullable Object key;

  /**
   * A place.
   *
   * @param adopted whether somebody else has made the socket, who will also remove it
   */
  SocketPlace(Path socket, long uid, boolean adopted) {
    this.adopted = adopted;
    this.socket = socket.toAbsolutePath().normalize();
    this.birthplace =
        this.socket.resolveSibling(".b" + Long.toString(ProcessHandle.current().pid(), 36));
    this.uid = uid;
  }

  /** Where clients find it. */
  Path socket() {
    return socket;
  }

  /** Where to bind. */
  Path birthplace() {
    return birthplace;
  }

  /**
   * Checks everything and takes the instance lock.
   *
   * @throws StartException if the place is unsafe, or another broker has it
   */
  void take() throws IOException, StartException {
    if (!adopted) {
      requireShort(socket);
      requireShort(birthplace);
    }
    Path folder = socket.getParent();
    if (folder == null) {
      throw settings("'" + socket + "' cannot be a socket; choose a path in a folder of your own");
    }
    requireSafe(folder);
    InstanceLock taken = InstanceLock.take(folder.resolve("broker.lock"));
    lock = taken;
    if (adopted) {
      return;
    }
    boolean done = false;
    try {
      requireFree();
      Files.deleteIfExists(birthplace);
      done = true;
    } finally {
      if (!done) {
        release();
      }
    }
  }

  private static void requireShort(Path path) throws StartException {
    int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MOST_BYTES) {
      throw settings(
          "the socket path '"
              + path
              + "' has "
              + length
              + " bytes, but the system takes "
              + MOST_BYTES
              + " at most; set LOCKBROKER_SOCKET to a shorter one");
    }
  }

  private void requireSafe(Path folder) throws IOException, StartException {
    PosixFileAttributes attributes = folder(folder);
    String advice = "; set LOCKBROKER_SOCKET to a path in a folder of your own, mode 0700";
    if (!attributes.isDirectory()) {
      throw settings("'" + folder + "' is not a folder (a link is not followed)" + advice);
    }
    Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (((Number) owner).longValue() != uid) {
      throw settings("'" + folder + "' belongs to user " + owner + advice);
    }
    if (attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
        || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw settings("'" + folder + "' can be written by others" + advice);
    }
  }

  private static PosixFileAttributes folder(Path folder) throws IOException {
    try {
      return attributes(folder);
    } catch (NoSuchFileException e) {
      Path around = folder.getParent();
      var owner =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      if (around != null) {
        Files.createDirectories(around, owner);
      }
      Files.createDirectory(folder, owner);
      return attributes(folder);
    }
  }

  private static PosixFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whoever listens there without having the lock is no broker of ours, but is left alone. */
  private void requireFree() throws IOException, StartException {
    BasicFileAttributes attributes;
    try {
      attributes = attributes(socket);
    } catch (NoSuchFileException e) {
      return;
    }
    if (!attributes.isOther()) {
      throw settings("'" + socket + "' is there and is not a socket; remove it or choose another");
    }
    if (isListening()) {
      throw new StartException(
          StartException.UNAVAILABLE,
          "another program listens on '" + socket + "'; stop it or choose another socket");
    }
  }

  private boolean isListening() throws IOException {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return probe.connect(UnixDomainSocketAddress.of(socket));
    } catch (ConnectException e) {
      return false;
    } catch (java.net.SocketException e) {
      return !String.valueOf(e.getMessage()).contains("refused");
    }
  }

  /** Shows the bound socket to clients. */
  void reveal() throws IOException {
    if (adopted) {
      return;
    }
    Files.setPosixFilePermissions(birthplace, PosixFilePermissions.fromString("rw-------"));
    key = attributes(birthplace).fileKey();
    Files.move(
        birthplace, socket, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Takes the socket file away if it is still ours. Nobody tries for a broker any more then, until
   * the next one shows its own.
   */
  void hide() {
    try {
      Object mine = key;
      if (mine != null && mine.equals(attributes(socket).fileKey())) {
        Files.delete(socket);
      }
    } catch (IOException e) {
      // Gone already, or not ours any more.
    }
    key = null;
  }

  /** Takes the socket file away if it is still ours, then lets the next broker in. */
  void release() {
    hide();
    InstanceLock taken = lock;
    lock = null;
    if (taken != null) {
      taken.release();
    }
  }

  private static StartException settings(String sentence) {
    return new StartException(StartException.SETTINGS, sentence);
  }
}
