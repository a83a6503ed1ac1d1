package dev.lockbroker.core.repository;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real git, with no settings but those given here. */
final class Git {
  private Git() {}

  /** Runs git and returns what it prints; fails unless it succeeds. */
  static String run(Path folder, String... arguments) throws IOException {
    Answer answer = ask(folder, Map.of(), arguments);
    if (answer.exitCode != 0) {
      throw new IOException("git " + String.join(" ", arguments) + ": " + answer.text);
    }
    return answer.text;
  }

  record Answer(int exitCode, String text) {}

  static Answer ask(Path folder, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-c", "protocol.file.allow=always"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> variables = builder.environment();
    variables.keySet().removeIf(name -> name.startsWith("GIT_"));
    variables.putAll(settings(folder));
    variables.putAll(environment);
    Process git = builder.redirectErrorStream(true).start();
    String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      return new Answer(git.waitFor(), text);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static Map<String, String> settings(Path home) {
    return Map.of(
        "HOME", home.toString(),
        "GIT_CONFIG_NOSYSTEM", "1",
        "GIT_CONFIG_GLOBAL", "/dev/null",
        "GIT_AUTHOR_NAME", "a",
        "GIT_AUTHOR_EMAIL", "a@example.org",
        "GIT_COMMITTER_NAME", "a",
        "GIT_COMMITTER_EMAIL", "a@example.org");
  }

  /** One path printed by rev-parse; only the last line break is not part of it. */
  static Path revParse(Path folder, Map<String, String> environment, String question)
      throws IOException {
    Answer answer = ask(folder, environment, "rev-parse", question);
    if (answer.exitCode != 0) {
      throw new IOException(answer.text);
    }
    return folder.resolve(answer.text.substring(0, answer.text.length() - 1)).toRealPath();
  }
}
