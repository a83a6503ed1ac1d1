package dev.lockbroker.cli;

import dev.lockbroker.core.journal.RemoteFileSystem;
import dev.lockbroker.core.repository.Lockable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks of {@code doctor}: folders and sockets. */
final class PlaceChecks {
  private PlaceChecks() {}

  static List<Finding> all(Settings settings, Lockable place) {
    Path socketFolder = settings.socket().toAbsolutePath().getParent();
    Path sockets = socketFolder == null ? Path.of("/") : socketFolder;
    return List.of(
        sockets(settings, sockets),
        folder("socket folder", sockets, settings.host().uid(), "LOCKBROKER_SOCKET"),
        folder("state folder", settings.stateFolder(), settings.host().uid(), "LOCKBROKER_STATE"),
        journal(place.journalDirectory()),
        fileSystem(place.journalDirectory()));
  }

  /** A sandbox may forbid what a broker needs. */
  static Finding sockets(Settings settings, Path folder) {
    String mode = settings.environment().getOrDefault("LOCKBROKER_MODE", "");
    String fix =
        mode.equals("broker")
            ? "let the sandbox allow Unix sockets there, or set LOCKBROKER_MODE=auto"
            : "nothing, if you can do without a broker; else let the sandbox allow Unix sockets there"
                + " or set LOCKBROKER_SOCKET to a folder where they are";
    try {
      Brokers.requireUsable(settings.socket());
      tryOut(folder);
      return Finding.ok(
          "sockets", "a Unix socket can be made and reached in " + Shown.path(folder));
    } catch (CliException e) {
      return Finding.fail(
          "sockets", Failures.explain(e), "set LOCKBROKER_SOCKET to a shorter path");
    } catch (IOException | UnsupportedOperationException e) {
      String text = "no Unix socket in " + Shown.path(folder) + ": " + DoctorCommand.why(e);
      return mode.equals("broker")
          ? Finding.fail("sockets", text, fix)
          : Finding.warn("sockets", text, fix);
    }
  }

  /** In the folder itself, which is made for the moment if it is not there. */
  private static void tryOut(Path folder) throws IOException {
    Path made = null;
    if (!Files.exists(folder)) {
      Path around = nearest(folder);
      made =
          Files.createTempDirectory(
              around,
              ".lockctl",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Path socket = (made == null ? folder : made).resolve(".d" + ProcessHandle.current().pid());
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      SocketChannel.open(UnixDomainSocketAddress.of(socket)).close();
    } finally {
      Files.deleteIfExists(socket);
      if (made != null) {
        Files.deleteIfExists(made);
      }
    }
  }

  /** A folder of ours: nobody else may write there. */
  static Finding folder(String check, Path folder, long uid, String variable) {
    String shown = Shown.path(folder);
    String elsewhere = "or set " + variable + " to a place in a folder of your own";
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Path around = nearest(folder);
      return Files.isWritable(around)
          ? Finding.ok(check, shown + " will be made when it is needed")
          : Finding.fail(
              check,
              shown
                  + " is not there and cannot be made: no right to write in "
                  + Shown.path(around),
              "make it: mkdir -p -m 700 " + Shown.quoted(folder.toString()) + "; " + elsewhere);
    }
    if (!Files.isDirectory(folder)) {
      return Finding.fail(check, shown + " is no folder", "remove it; " + elsewhere);
    }
    Long owner = owner(folder);
    if (owner != null && owner != uid) {
      return Finding.fail(check, shown + " belongs to user " + owner, elsewhere.substring(3));
    }
    Set<PosixFilePermission> open = permissions(folder);
    if (open.contains(PosixFilePermission.GROUP_WRITE)
        || open.contains(PosixFilePermission.OTHERS_WRITE)) {
      return Finding.fail(
          check,
          shown + " can be written by others",
          "chmod go-w " + Shown.quoted(folder.toString()) + "; " + elsewhere);
    }
    return Files.isWritable(folder)
        ? Finding.ok(check, shown + " is yours alone")
        : Finding.fail(
            check, shown + " cannot be written", "chmod u+rwx " + Shown.quoted(folder.toString()));
  }

  /** The folder of the journal: whoever cannot write there cannot lock. */
  static Finding journal(Path folder) {
    String check = "journal";
    String shown = Shown.path(folder);
    if (Files.isSymbolicLink(folder)) {
      return Finding.fail(
          check,
          shown + " is a symbolic link, which is not followed",
          "rm " + Shown.quoted(folder.toString()));
    }
    if (!Files.exists(folder)) {
      Path around = nearest(folder);
      return Files.isWritable(around)
          ? Finding.ok(check, shown + " will be made by the first lock")
          : Finding.fail(
              check,
              "no right to write in " + Shown.path(around) + ", so nothing can be locked here",
              "ask its owner (user " + owner(around) + ") for the right: chmod g+w, or run as him");
    }
    for (Path one : List.of(folder, folder.resolve("guard"), folder.resolve("journal"))) {
      if (Files.exists(one, LinkOption.NOFOLLOW_LINKS) && !Files.isWritable(one)) {
        return Finding.fail(
            check,
            Shown.path(one) + " cannot be written, so nothing can be locked here",
            "ask its owner (user "
                + owner(one)
                + ") for the right, or 'git config core.sharedRepository"
                + " group' and chmod g+w");
      }
    }
    return Finding.ok(check, shown + " can be written");
  }

  /** File locks do not reach every machine that shares a folder. */
  static Finding fileSystem(Path folder) {
    String check = "file system";
    try {
      Path there = nearest(folder);
      String type = Files.getFileStore(there).type();
      return RemoteFileSystem.isRemote(type)
          ? Finding.fail(
              check,
              Shown.path(there)
                  + " is on a network file system ("
                  + type
                  + "), where locks do not"
                  + " reach every machine",
              "move the repository to a local disk")
          : Finding.ok(check, type + ", local");
    } catch (IOException e) {
      return Finding.warn(
          check, "it cannot be told: " + DoctorCommand.why(e), "see 'df " + folder + "'");
    }
  }

  private static Path nearest(Path path) {
    Path at = path.toAbsolutePath();
    while (at.getParent() != null && !Files.exists(at)) {
      at = at.getParent();
    }
    return at;
  }

  static @Nullable Long owner(Path path) {
    try {
      Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      return owner instanceof Integer uid ? Integer.toUnsignedLong(uid) : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static Set<PosixFilePermission> permissions(Path path) {
    try {
      return Files.getPosixFilePermissions(path);
    } catch (IOException e) {
      return Set.of();
    }
  }
}
