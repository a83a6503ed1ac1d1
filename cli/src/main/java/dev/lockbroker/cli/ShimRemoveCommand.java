package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockctl shim remove}. */
@Command(name = "remove", description = "Removes the script, if it is ours.")
final class ShimRemoveCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final ShimFolderOption place = new ShimFolderOption();

  @Override
  public Integer call() throws IOException {
    Shim shim = place.shim();
    OwnScript script = shim.script();
    if (!script.isAnythingThere()) {
      Console.answer("no shim in " + Shown.path(shim.folder()));
      return ExitCode.OK;
    }
    if (!script.isOurs()) {
      throw new CliException(
          ExitCode.NOT_WRITABLE,
          Shown.path(script.file()) + " is not ours, so it stays; remove it yourself if you must");
    }
    boolean wasFirst = shim.isFirst();
    Files.delete(script.file());
    if (shim.isDefault()) {
      removeIfEmpty(shim);
    }
    Console.answer("removed " + Shown.path(script.file()));
    if (wasFirst) {
      Console.answer("A shell that remembers it finds git again after 'hash -r'.");
    }
    return ExitCode.OK;
  }

  private static void removeIfEmpty(Shim shim) throws IOException {
    try {
      Files.delete(shim.folder());
    } catch (DirectoryNotEmptyException e) {
      // Somebody else's files stay where they are.
      return;
    }
  }
}
