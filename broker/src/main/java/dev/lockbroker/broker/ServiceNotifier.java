package dev.lockbroker.broker;

import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells the service manager how we are, if there is one that wants to know ({@code NOTIFY_SOCKET}).
 *
 * <p>The JDK has no datagrams over Unix sockets; Netty's native library, which is loaded anyway
 * where systemd is, does. Starting {@code systemd-notify} instead would be another process, whose
 * words systemd ignores unless the unit says otherwise. Trouble with it is no trouble of ours.
 */
final class ServiceNotifier {
  private static final Logger LOG = Logger.getLogger(ServiceNotifier.class.getName());

  private final byte @Nullable [] address;
  private String lastStatus = "";

  private ServiceNotifier(byte @Nullable [] address) {
    this.address = address;
  }

  /** The one that this environment asks for. */
  static ServiceNotifier of(Map<String, String> environment) {
    String name = environment.getOrDefault("NOTIFY_SOCKET", "");
    boolean isWanted = name.startsWith("/") || (name.startsWith("@") && name.length() > 1);
    if (!isWanted || !Epoll.isAvailable()) {
      return new ServiceNotifier(null);
    }
    byte[] address = name.getBytes(StandardCharsets.UTF_8);
    if (address[0] == '@') {
      address[0] = 0; // A name without a file.
    }
    return new ServiceNotifier(address);
  }

  /** Whether anybody wants to know. */
  boolean isWanted() {
    return address != null;
  }

  void ready(String status) {
    send("READY=1\nSTATUS=" + status);
  }

  /** What people see in {@code systemctl status}; sent if it has changed. */
  synchronized void status(String status) {
    if (!status.equals(lastStatus)) {
      lastStatus = status;
      send("STATUS=" + status);
    }
  }

  void stopping() {
    send("STOPPING=1\nSTATUS=ending; leases stay held");
  }

  private void send(String text) {
    byte[] to = address;
    if (to == null) {
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer message = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    try {
      Socket socket = Socket.newSocketDomainDgram();
      try {
        int sent = socket.sendToDomainSocket(message, 0, bytes.length, to);
        LOG.log(Level.FINE, "service manager told: {0} ({1})", new Object[] {text, sent});
      } finally {
        socket.close();
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the service manager cannot be told: {0}", e.toString());
    }
  }
}
