package dev.lockbroker.core.journal;

import dev.lockbroker.core.journal.JournalException.Fault;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Puts the system's errors into one sentence: what, why, what to do next. */
final class Faults {
  private Faults() {}

  static JournalException reading(Path place, IOException cause) {
    return cause instanceof JournalException known ? known : sentence("read", place, cause);
  }

  static JournalException changing(Path place, IOException cause) {
    return cause instanceof JournalException known ? known : sentence("write", place, cause);
  }

  /** Whether the folder around the journal's directory has gone. */
  static boolean isGone(Path place) {
    Path around = place.getParent();
    return around == null || Files.notExists(around);
  }

  private static JournalException sentence(String verb, Path place, IOException cause) {
    String start = "cannot " + verb + " the lock journal in " + place + ": ";
    if (isGone(place)) {
      return new JournalException(
          Fault.GONE, start + "the folder around it is gone; check the path", cause);
    }
    if (cause instanceof NoSuchFileException) {
      // Somebody removes it at this moment. Looking closer would only tell of the moment after.
      return tryAgain(Fault.UNKNOWN_OUTCOME, start, cause);
    }
    if (isSomethingElse(place)) {
      return new JournalException(
          Fault.HOSTILE, place + " is not a directory; remove it and try again", cause);
    }
    if (cause instanceof AccessDeniedException || isNotWritable(place)) {
      return new JournalException(
          Fault.NOT_WRITABLE,
          start
              + why(cause)
              + "; locks need write access to it: run as its owner, or make it writable",
          cause);
    }
    return tryAgain(Fault.IO, start, cause);
  }

  private static JournalException tryAgain(Fault fault, String start, IOException cause) {
    return new JournalException(
        fault, start + why(cause) + "; nothing that is held is lost, try again", cause);
  }

  /** One look, because two could be at different files. */
  private static boolean isSomethingElse(Path place) {
    try {
      return !Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isDirectory();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isNotWritable(Path place) {
    Path nearest = Files.exists(place) ? place : place.getParent();
    return nearest != null && !Files.isWritable(nearest) && Files.exists(nearest);
  }

  private static String why(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof FileSystemException system) {
      String reason = system.getReason();
      return reason != null ? reason : cause.getClass().getSimpleName();
    }
    String message = cause.getMessage();
    return message != null ? message : cause.getClass().getSimpleName();
  }
}
