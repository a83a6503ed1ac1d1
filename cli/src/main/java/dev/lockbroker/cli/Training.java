package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lives through what most commands do, in the repository that it is started in, so that an archive
 * of the classes can be made of this JVM (libexec/archive.sh). No command.
 */
final class Training {
  /** So many runs make a journal long enough to be written anew. */
  private static final int RUNS = 100;

  private Training() {}

  /**
   * Ends this JVM as {@link Main} does. What is rare must not be lived through: from JDK 24 on, all
   * classes of an archive are loaded at each start.
   */
  public static void main(String[] args) throws Exception {
    run("run", "--", "true");
    Process pipe = new ProcessBuilder("mkfifo", "pipe").start();
    pipe.waitFor();
    Thread other =
        new Thread("other") {
          @Override
          public void run() {
            Training.run("run", "--scope=/name/held", "--label=other", "--", "cat", "pipe");
          }
        };
    other.start();
    Thread.sleep(100);
    for (int i = 0; i < RUNS; i++) {
      run("run", "--scope", "/name/free", "--", "true");
    }
    Thread end =
        new Thread("end") {
          @Override
          public void run() {
            endOther();
          }
        };
    end.start();
    run("run", "--wait", "20s", "--", "true");
    run("git", "status", "--short");
    run("git", "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x", "--allow-empty");
    other.join();
    Console.flush();
    Runtime.getRuntime().halt(0);
  }

  /** Later than a waiting command says why it waits. */
  private static void endOther() {
    try {
      Thread.sleep(1_300);
      Files.writeString(Path.of("pipe"), "end");
    } catch (IOException | InterruptedException e) {
      // Then there is no archive, and the next run tries again.
      Runtime.getRuntime().halt(1);
    }
  }

  private static void run(String... args) {
    int unused = Main.run(args);
  }
}
