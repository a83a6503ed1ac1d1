package dev.lockbroker.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --dir}. */
final class ShimFolderOption {
  @Option(
      names = Shim.DIR_OPTION,
      paramLabel = "DIR",
      description =
          "Its folder. Default: $XDG_DATA_HOME/lockbroker/shim, else"
              + " ~/.local/share/lockbroker/shim.")
  @Nullable String path;

  Shim shim() {
    return Shim.in(path, System.getenv());
  }

  /** How to name the same folder again, for messages. */
  String argument() {
    return path == null ? "" : " " + Shim.DIR_OPTION + " " + Shown.quoted(path);
  }
}
