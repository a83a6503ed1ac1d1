package dev.lockbroker.cli;

/**
 * Lives through what most commands do, in the repository that it is started in, so that an archive
 * of the classes can be made of this JVM (libexec/archive.sh). No command.
 */
final class Training {
  /** So many runs make a journal long enough to be written anew. */
  private static final int RUNS = 60;

  private Training() {}

  /**
   * Ends this JVM as {@link Main} does. What is rare must not be lived through: from JDK 24 on, all
   * classes of an archive are loaded at each start.
   */
  public static void main(String[] args) throws InterruptedException {
    run("run", "--", "true");
    Thread other =
        new Thread("other") {
          @Override
          public void run() {
            Training.run("run", "--scope=/name/held", "--label=other", "--", "sleep", "2");
          }
        };
    other.start();
    Thread.sleep(100);
    for (int i = 0; i < RUNS; i++) {
      run("run", "--scope", "/name/free", "--", "true");
    }
    run("run", "--wait", "20s", "--", "true");
    other.join();
    Console.flush();
    Runtime.getRuntime().halt(0);
  }

  private static void run(String... args) {
    int unused = Main.run(args);
  }
}
