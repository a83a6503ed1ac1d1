package dev.lockbroker.cli;

import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.InvalidRequestException;
import dev.lockbroker.client.LockRequest;
import dev.lockbroker.core.process.Printable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a command gets its lock: what an option says, else the environment, else a default. */
final class Choices {
  /**
   * After so long, looking at the files has taken as much time of the processor as loading gRPC
   * does; most waits are over by then (ADR 20).
   */
  private static final Duration ATTACH_AFTER = Duration.ofSeconds(20);

  private Choices() {}

  /** What others see beside the command: as chosen, else how the command begins. */
  static String label(
      @Nullable String option, Map<String, String> environment, List<String> command) {
    if (option != null) {
      return option;
    }
    String setting = environment.get("LOCKBROKER_LABEL");
    return setting == null || setting.isEmpty() ? Commands.label(command) : setting;
  }

  /**
   * Whether a lock of git's own in foreign hands is waited for.
   *
   * @throws CliException if it is no such word
   */
  static boolean waitsForGit(@Nullable String option, Map<String, String> environment) {
    String setting = environment.getOrDefault("LOCKBROKER_GIT_LOCKS", "");
    String text = option != null ? option : setting.isEmpty() ? "wait" : setting;
    return switch (text) {
      case "wait" -> true;
      case "ignore" -> false;
      default ->
          throw new CliException(
              option != null ? ExitCode.USAGE : ExitCode.SETTINGS,
              (option != null ? "--git-locks" : "LOCKBROKER_GIT_LOCKS")
                  + " takes 'wait' or 'ignore', not '"
                  + Printable.text(text)
                  + "'");
    };
  }

  /**
   * The request with how long it waits.
   *
   * @throws CliException if it is no duration
   */
  static LockRequest waiting(
      LockRequest request, @Nullable String option, Map<String, String> environment) {
    String setting = environment.getOrDefault("LOCKBROKER_WAIT", "");
    String name = option != null ? "--wait" : "LOCKBROKER_WAIT";
    String text = option != null ? option : setting.isEmpty() ? "forever" : setting;
    return switch (text) {
      case "forever" -> request.waitForever();
      case "none" -> request.noWait();
      default -> request.waitAtMost(waitTime(name, text));
    };
  }

  private static Duration waitTime(String name, String text) {
    try {
      return Durations.parse(name, text);
    } catch (CliException e) {
      throw new CliException(
          name.startsWith("--") ? ExitCode.USAGE : ExitCode.SETTINGS,
          name
              + " takes a duration such as 10s, or 'forever' or 'none', not '"
              + Printable.text(text)
              + "'");
    }
  }

  /** How long a request that has to wait does without a broker. */
  private static Duration attachAfter(Map<String, String> environment) {
    String setting = environment.getOrDefault("LOCKBROKER_ATTACH_AFTER", "");
    return setting.isEmpty() ? ATTACH_AFTER : Durations.setting("LOCKBROKER_ATTACH_AFTER", setting);
  }

  /**
   * The client's options. A free lock is taken from the journal: only who has to wait pays for
   * gRPC.
   *
   * @throws CliException if a setting is malformed
   */
  static ClientOptions client(Settings settings, boolean quiet) {
    Brokers.requireUsable(settings.socket());
    try {
      return ClientOptions.fromEnvironment(settings.environment())
          .withAttachAfter(attachAfter(settings.environment()))
          .withNotices(new Notices(quiet))
          .withBrokerCommand(new OnDemand(settings.environment()));
    } catch (InvalidRequestException e) {
      throw new CliException(ExitCode.SETTINGS, Failures.explain(e));
    }
  }
}
