package dev.lockbroker.core.repository;

import dev.lockbroker.core.process.Printable;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * It cannot be said what a path belongs to. The message is one sentence for people: what, why, and
 * what to do.
 */
public sealed class ResolutionException extends Exception permits NoSuchPathException {
  private static final long serialVersionUID = 1;
  private static final int MOST_OF_A_PATH = 1000;

  ResolutionException(String sentence) {
    super(sentence);
  }

  /** A path as it may stand in a sentence, whatever bytes its creator has put into it. */
  static String quoted(Path path) {
    return quoted(path.toString());
  }

  /** Why something failed, in words that are safe to print. */
  static String reason(Exception e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    String words = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return words == null ? e.getClass().getSimpleName() : Printable.text(words);
  }

  static String quoted(String path) {
    return "'".concat(Printable.text(path, MOST_OF_A_PATH)).concat("'");
  }
}
