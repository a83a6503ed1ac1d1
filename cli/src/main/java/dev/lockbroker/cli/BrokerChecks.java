package dev.lockbroker.cli;

import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.repository.Lockable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of {@code doctor}: our broker, and those of others. */
final class BrokerChecks {
  private BrokerChecks() {}

  static List<Finding> all(Settings settings, Lockable place) {
    List<Path> candidates = new ArrayList<>();
    candidates.addAll(below(Path.of("/run/user"), "*", "lockbroker/broker.sock"));
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    candidates.addAll(below(temporary, "lockbroker-*", "broker.sock"));
    return List.of(broker(settings), others(candidates, settings.host().uid()));
  }

  private static Finding broker(Settings settings) {
    boolean isRequired =
        settings.environment().getOrDefault("LOCKBROKER_MODE", "").equals("broker");
    try {
      Path socket = settings.socket();
      Long owner = Files.exists(socket) ? PlaceChecks.owner(socket) : null;
      if (owner != null && owner != settings.host().uid()) {
        return Finding.fail(
            "broker",
            Shown.path(socket) + " belongs to user " + owner,
            "set LOCKBROKER_SOCKET to a path of your own");
      }
      return broker(Brokers.glance(socket), Version.number(), isRequired);
    } catch (CliException e) {
      return Finding.fail("broker", Failures.explain(e), "lockctl broker restart");
    }
  }

  static Finding broker(@Nullable BrokerInfo broker, String version, boolean isRequired) {
    if (broker == null) {
      return isRequired
          ? Finding.fail(
              "broker", "none runs, and LOCKBROKER_MODE requires one", "lockctl broker start")
          : Finding.ok("broker", "none runs; none is needed");
    }
    return broker.version().equals(version)
        ? Finding.ok("broker", broker.line())
        : Finding.warn(
            "broker",
            broker.name() + " is not of this version, " + Printable.text(version),
            "lockctl broker restart (nothing that is held is lost)");
  }

  /** Each user has his own; they exclude each other by the journal. */
  static Finding others(List<Path> sockets, long uid) {
    List<String> shown = new ArrayList<>();
    for (Path socket : sockets) {
      Long owner = PlaceChecks.owner(socket);
      if (owner != null && owner != uid) {
        shown.add("user " + owner + ", " + Shown.path(socket));
      }
    }
    return Finding.ok(
        "other users",
        shown.isEmpty()
            ? "no broker of theirs is to be seen"
            : "brokers that go well with yours: " + String.join("; ", shown));
  }

  private static List<Path> below(Path folder, String pattern, String socket) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder, pattern)) {
      for (Path one : folders) {
        if (Files.exists(one.resolve(socket))) {
          found.add(one.resolve(socket));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return found; // What cannot be listed cannot be told of.
    }
    return found;
  }
}
