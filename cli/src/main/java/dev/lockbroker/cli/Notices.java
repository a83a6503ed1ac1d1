package dev.lockbroker.cli;

import java.util.function.Consumer;

/** What the client wants a person to know, said unless that one wants to be left alone. */
final class Notices implements Consumer<String> {
  private final boolean quiet;

  Notices(boolean quiet) {
    this.quiet = quiet;
  }

  @Override
  public void accept(String notice) {
    if (!quiet) {
      Console.say(notice);
    }
  }
}
