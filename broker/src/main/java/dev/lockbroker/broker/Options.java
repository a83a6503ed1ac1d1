package dev.lockbroker.broker;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        --idle-exit D      end when nobody has needed it for so long: 30s, 10m, 1h,
                           never (default: $LOCKBROKER_IDLE_EXIT; else 10m if the
                           socket was passed, never if not)
        --inherited        serve the listening socket on standard input
        --version          say which version this is
        --help             say this

      Exit codes: 0 ended, 64 usage, 69 another broker runs, 70 internal error,
      78 wrong settings.
      """;

  private static final long NANOS = 1_000_000_000;

  private static final Map<String, Level> LEVELS =
      Map.of("ERROR", Level.SEVERE, "WARN", Level.WARNING, "INFO", Level.INFO, "DEBUG", Level.FINE);

  /** Six digits: of hours they are a century, which still fits into nanoseconds. */
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})([a-z]*)");

  private static final Map<String, Long> UNITS =
      Map.of("ms", 1_000_000L, "", NANOS, "s", NANOS, "m", 60 * NANOS, "h", 3600 * NANOS);

  private @Nullable Path socket;
  private @Nullable Path logFile;
  private Level logLevel = Level.INFO;
  private @Nullable String idleExit;
  private boolean inherited;
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
      case "--idle-exit" -> idleExit = valueOf(name, value, rest);
      case "--inherited" -> inherited = true;
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

  /**
   * How long to stay when nobody needs it, in nanoseconds.
   *
   * @param setting what the environment says; null or empty if nothing
   * @param standard if neither says anything
   * @throws StartException if it is no duration
   */
  long idleExitNanos(@Nullable String setting, long standard) throws StartException {
    if (idleExit != null) {
      return duration("--idle-exit", idleExit, StartException.USAGE);
    }
    return setting == null || setting.isEmpty()
        ? standard
        : duration("LOCKBROKER_IDLE_EXIT", setting, StartException.SETTINGS);
  }

  private static long duration(String name, String text, int exitCode) throws StartException {
    if (text.equals("never")) {
      return IdleWatch.NEVER;
    }
    Matcher parts = DURATION.matcher(text);
    long unit = parts.matches() ? UNITS.getOrDefault(parts.group(2), 0L) : 0;
    long number = unit == 0 ? 0 : Long.parseLong(parts.group(1));
    if (number == 0) {
      throw new StartException(
          exitCode,
          name
              + " takes a duration such as 30s, 10m or 1h, or never, not '"
              + LineFormatter.escaped(text)
              + "'; see 'lockbrokerd --help'");
    }
    return number * unit;
  }

  /** Whether standard input is the socket to serve. */
  boolean inherited() {
    return inherited;
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
