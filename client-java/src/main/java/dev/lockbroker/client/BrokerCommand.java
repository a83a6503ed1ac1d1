package dev.lockbroker.client;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The command that starts a broker, as the environment says it. */
final class BrokerCommand implements Supplier<List<String>> {
  private static final String VARIABLE = "LOCKBROKER_AUTOSTART";

  private final Map<String, String> environment;

  /**
   * The one of this environment.
   *
   * @throws InvalidRequestException if the setting is malformed
   */
  BrokerCommand(Map<String, String> environment) {
    this.environment = environment;
    String word = environment.getOrDefault(VARIABLE, "");
    if (!word.isEmpty() && !word.equals("true") && !word.equals("false")) {
      throw new InvalidRequestException(
          VARIABLE.concat(" is true or false, not '").concat(word).concat("'"), null);
    }
  }

  @Override
  public List<String> get() {
    return "true".equals(environment.get(VARIABLE))
        ? List.of("lockctl", "broker", "start", "--on-demand")
        : List.of();
  }
}
