package dev.lockbroker.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What starts the broker when somebody connects: systemd, or launchd. */
enum ServiceManager {
  /** Linux: a socket unit and a service unit of the user. */
  SYSTEMD {
    @Override
    ServiceFiles files(Settings settings, Path home) {
      Map<String, String> contents = new LinkedHashMap<>();
      String socket = ServiceFiles.template(home, "lockbroker.socket");
      if (!settings.socket().equals(runtimeSocket(settings))) {
        socket =
            socket.replace(
                "ListenStream=%t/lockbroker/broker.sock",
                "ListenStream=" + settings.socket().toString().replace("%", "%%"));
      }
      contents.put("lockbroker.socket", socket);
      contents.put(
          "lockbroker.service",
          ServiceFiles.template(home, "lockbroker.service")
              .replace(
                  "ExecStart=@bindir@/lockbrokerd",
                  environment(settings, home)
                      + "ExecStart="
                      + word(ServiceFiles.daemon(home).toString()).replace("$", "$$")));
      return new ServiceFiles(
          folder(settings, "XDG_CONFIG_HOME", ".config", "systemd/user"), contents);
    }

    @Override
    boolean isReachable() {
      return run("systemctl", "--user", "show-environment") == 0;
    }

    @Override
    List<List<String>> toStart(Path folder) {
      return List.of(
          List.of("systemctl", "--user", "daemon-reload"),
          List.of("systemctl", "--user", "enable", "--now", "lockbroker.socket"));
    }

    @Override
    List<List<String>> toStop(Path folder) {
      return List.of(
          List.of("systemctl", "--user", "disable", "--now", "lockbroker.socket"),
          List.of("systemctl", "--user", "stop", "lockbroker.service"));
    }

    /** What its own environment has to say, because systemd does not know our shell's. */
    private static String environment(Settings settings, Path home) {
      boolean hasJava = Files.isExecutable(home.resolve("jre/bin/java"));
      StringBuilder out = new StringBuilder();
      for (String name : KEPT) {
        String value = settings.environment().get(name);
        if (value != null && !value.isEmpty() && !(hasJava && name.equals("JAVA_HOME"))) {
          out.append("Environment=").append(word(name + "=" + value)).append('\n');
        }
      }
      return out.toString();
    }
  },

  /** macOS: an agent of the user. */
  LAUNCHD {
    @Override
    ServiceFiles files(Settings settings, Path home) {
      String agent =
          ServiceFiles.template(home, "dev.lockbroker.broker.plist")
              .replace("@bindir@/lockbrokerd", xml(ServiceFiles.daemon(home).toString()))
              .replace("@socket@", xml(settings.socket().toString()));
      return new ServiceFiles(
          folder(settings, "", "Library", "LaunchAgents"),
          Map.of("dev.lockbroker.broker.plist", agent));
    }

    @Override
    boolean isReachable() {
      return run("launchctl", "list") == 0;
    }

    @Override
    List<List<String>> toStart(Path folder) {
      return List.of(
          List.of(
              "launchctl", "load", "-w", folder.resolve("dev.lockbroker.broker.plist").toString()));
    }

    @Override
    List<List<String>> toStop(Path folder) {
      return List.of(
          List.of(
              "launchctl",
              "unload",
              "-w",
              folder.resolve("dev.lockbroker.broker.plist").toString()));
    }
  };

  /** The variables of the user's shell that say where things are. */
  private static final List<String> KEPT =
      List.of("JAVA_HOME", "LOCKBROKER_STATE", "XDG_STATE_HOME", "LOCKBROKER_IDLE_EXIT");

  private static final long PATIENCE_SECONDS = 20;

  /** The one of this system. */
  static ServiceManager ofSystem() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    return system.startsWith("mac") ? LAUNCHD : SYSTEMD;
  }

  /** The files it is to know. */
  abstract ServiceFiles files(Settings settings, Path home);

  /** Whether it can be spoken to from here. */
  abstract boolean isReachable();

  /** The commands that make it listen, once the files are there. */
  abstract List<List<String>> toStart(Path folder);

  /** The commands that make it stop, before the files are removed. */
  abstract List<List<String>> toStop(Path folder);

  private static Path folder(Settings settings, String variable, String standard, String below) {
    String chosen = settings.environment().get(variable);
    if (chosen != null && chosen.startsWith("/")) {
      return Path.of(chosen).resolve(below);
    }
    String home = settings.environment().get("HOME");
    if (home == null || !home.startsWith("/")) {
      throw new CliException(
          ExitCode.SETTINGS, "HOME is no absolute path, so there is no place for it; set HOME");
    }
    return Path.of(home, standard).resolve(below);
  }

  private static @Nullable Path runtimeSocket(Settings settings) {
    String runtime = settings.environment().get("XDG_RUNTIME_DIR");
    return runtime == null ? null : Path.of(runtime, "lockbroker/broker.sock");
  }

  /** One word of a unit's line; where systemd expands variables, {@code $} has to be doubled. */
  private static String word(String text) {
    if (text.indexOf('\n') >= 0) {
      throw new CliException(
          ExitCode.SETTINGS, "a line break cannot stand in a unit: " + Shown.quoted(text));
    }
    String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%");
    return "\"" + escaped + "\"";
  }

  private static String xml(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Runs a command without a word; its exit status, 127 if it is not there. */
  static int run(String... words) {
    try {
      Process process =
          BrokerLauncher.command(words)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      process.destroyForcibly();
      return ExitCode.NO_BROKER;
    } catch (IOException e) {
      return ExitCode.NOT_FOUND;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.NO_BROKER;
    }
  }
}
