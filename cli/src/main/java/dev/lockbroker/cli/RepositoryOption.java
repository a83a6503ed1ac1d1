package dev.lockbroker.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --repo}. */
final class RepositoryOption {
  @Option(
      names = "--repo",
      paramLabel = "PATH",
      description = "The repository that PATH is in. Default: where you are, as git sees it.")
  @Nullable String path;

  /** How to ask for the same repository again, for messages. */
  String argument() {
    return path == null ? "" : " --repo ".concat(Shown.quoted(path));
  }
}
