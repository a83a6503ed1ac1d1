package dev.lockbroker.cli;

import dev.lockbroker.core.process.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What git says when it is asked something about a repository. Never through the shim: a question
 * waits for no lock.
 *
 * @param exit its exit status
 * @param text what it wrote to stdout, without the last line break
 */
record GitAnswer(int exit, String text) {
  private static final List<String> OF_WHERE_WE_ARE =
      List.of("GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX");

  /**
   * Asks.
   *
   * @param path where; git is started there
   * @param isChosen whether the path was chosen by hand, so that {@code GIT_DIR} is not meant
   * @throws CliException if there is no git
   */
  static GitAnswer of(Path path, boolean isChosen, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("git"));
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words).directory(path.toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    Commands.restoreLocale(environment);
    environment.put("LOCKBROKER_DISABLE", "1");
    environment.put("GIT_OPTIONAL_LOCKS", "0");
    if (isChosen) {
      environment.keySet().removeAll(OF_WHERE_WE_ARE);
    }
    Process process = start(builder);
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new GitAnswer(waitFor(process), text.stripTrailing());
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new CliException(
          ExitCode.NOT_FOUND,
          "git cannot be started ("
              + Printable.text(String.valueOf(e.getMessage()))
              + "); install it, or check your PATH");
    }
  }

  private static int waitFor(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      throw new IOException("interrupted while git was asked", e);
    }
  }

  boolean isYes() {
    return exit == 0;
  }
}
