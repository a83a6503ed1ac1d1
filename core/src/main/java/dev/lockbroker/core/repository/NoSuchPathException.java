package dev.lockbroker.core.repository;

import java.nio.file.Path;

/** The path itself does not exist, or is hidden from this user. */
public final class NoSuchPathException extends ResolutionException {
  private static final long serialVersionUID = 1;

  NoSuchPathException(Path path, String reason) {
    super(quoted(path) + " cannot be locked, for " + reason + "; check the path");
  }
}
