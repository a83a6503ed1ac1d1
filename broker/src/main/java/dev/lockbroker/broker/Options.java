package dev.lockbroker.broker;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/** The command line. */
final class Options {
  static final String HELP =
      """
      Usage: lockbrokerd [OPTION]...
      Orders the writers of Git repositories, for the programs of one user.

        --socket PATH      listen there (default: $LOCKBROKER_SOCKET,
                           $XDG_RUNTIME_DIR/lockbroker/broker.sock)
        --log-level LEVEL  ERROR, WARN, INFO (default) or DEBUG
        --log-file PATH    default: lockbrokerd.log in the state folder
        --version          say which version this is
        --help             say this

      Exit codes: 0 ended, 64 usage, 69 another broker runs, 70 internal error,
      78 wrong settings.
      """;

  private static final Map<String, Level> LEVELS =
      Map.of("ERROR", Level.SEVERE, "WARN", Level.WARNING, "INFO", Level.INFO, "DEBUG", Level.FINE);

  private @Nullable Path socket;
  private @Nullable Path logFile;
  private Level logLevel = Level.INFO;
  private boolean version;
  private boolean help;

  private Options() {}

  /**
   * Reads it.
   *
   * @throws StartException saying what is wrong
   */
  static Options parse(List<String> arguments) throws StartException {
    Options options = new Options();
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      options.take(rest.next(), rest);
    }
    return options;
  }

  private void take(String argument, Iterator<String> rest) throws StartException {
    int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
    String name = equals < 0 ? argument : argument.substring(0, equals);
    String value = equals < 0 ? null : argument.substring(equals + 1);
    switch (name) {
      case "--socket" -> socket = path(name, valueOf(name, value, rest));
      case "--log-file" -> logFile = path(name, valueOf(name, value, rest));
      case "--log-level" -> logLevel = level(valueOf(name, value, rest));
      case "--version" -> version = true;
      case "--help" -> help = true;
      default -> throw usage("unknown option '" + LineFormatter.escaped(argument) + "'");
    }
  }

  private static String valueOf(String name, @Nullable String value, Iterator<String> rest)
      throws StartException {
    if (value != null) {
      return value;
    }
    if (!rest.hasNext()) {
      throw usage(name + " needs a value");
    }
    return rest.next();
  }

  private static Path path(String name, String value) throws StartException {
    try {
      if (!value.isEmpty()) {
        return Path.of(value).toAbsolutePath();
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    throw usage(name + " needs a path, not '" + LineFormatter.escaped(value) + "'");
  }

  private static Level level(String value) throws StartException {
    Level level = LEVELS.get(value.toUpperCase(Locale.ROOT));
    if (level == null) {
      throw usage(
          "--log-level is ERROR, WARN, INFO or DEBUG, not '" + LineFormatter.escaped(value) + "'");
    }
    return level;
  }

  private static StartException usage(String what) {
    return new StartException(StartException.USAGE, what + "; see 'lockbrokerd --help'");
  }

  @Nullable Path socket() {
    return socket;
  }

  @Nullable Path logFile() {
    return logFile;
  }

  Level logLevel() {
    return logLevel;
  }

  boolean version() {
    return version;
  }

  boolean help() {
    return help;
  }
}
