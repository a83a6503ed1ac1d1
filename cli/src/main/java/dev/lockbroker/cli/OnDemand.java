package dev.lockbroker.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Whether a broker is to be started by those who could use one: {@code LOCKBROKER_AUTOSTART}, else
 * git's {@code lockbroker.autostart}. Looked at by who has waited for a while only.
 */
final class OnDemand implements Supplier<List<String>> {
  static final String VARIABLE = "LOCKBROKER_AUTOSTART";
  private static final long GIT_SECONDS = 5;

  private final Map<String, String> environment;

  OnDemand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public List<String> get() {
    String setting = environment.getOrDefault(VARIABLE, "");
    String wanted = setting.isEmpty() ? fromGit() : setting;
    return wanted.equals("true")
        ? List.of(BrokerLauncher.home().concat("/bin/lockctl"), "broker", "start", "--on-demand")
        : List.of();
  }

  private String fromGit() {
    try {
      Process git =
          BrokerLauncher.command(
                  RealGit.find(environment),
                  "config",
                  "--type=bool",
                  "--get",
                  "lockbroker.autostart")
              .redirectInput(new File("/dev/null"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!git.waitFor(GIT_SECONDS, TimeUnit.SECONDS)) {
        git.destroy();
        return "";
      }
      return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException | CliException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
