package dev.lockbroker.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --repo}, once or several times. */
final class RepositoriesOption {
  @Option(
      names = "--repo",
      paramLabel = "PATH",
      description =
          "The repository that PATH is in. Given several times: lock all of them or none."
              + " Default: where you are, as git sees it.")
  @Nullable List<String> chosen;

  /** Whether any was chosen by hand. */
  boolean isChosen() {
    return chosen != null;
  }

  /** The paths chosen; a single null where none was. */
  List<@Nullable String> paths() {
    return chosen == null ? Arrays.asList((String) null) : new ArrayList<>(chosen);
  }
}
