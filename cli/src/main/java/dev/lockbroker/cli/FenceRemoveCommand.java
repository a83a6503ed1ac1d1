package dev.lockbroker.cli;

import dev.lockbroker.core.repository.ResolutionException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockctl fence remove}. */
@Command(
    name = "remove",
    description = "Removes the hook, and puts back the one that was there before.")
final class FenceRemoveCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final RepositoryOption repository = new RepositoryOption();

  @Override
  public Integer call() throws IOException, ResolutionException {
    Fence fence = Fence.of(repository);
    boolean hadBefore = fence.hasBefore();
    String file = Shown.path(fence.script().file());
    String foreign = fence.script().isOurs() ? fence.foreignFolder() : null;
    if (foreign != null) {
      throw new CliException(
          ExitCode.NOT_WRITABLE,
          foreign + ", so nothing is removed there unasked; delete " + file + " yourself");
    }
    if (!fence.remove()) {
      Console.answer("no fence in " + file);
    } else {
      Console.answer(hadBefore ? "put back " + file : "removed " + file);
    }
    return ExitCode.OK;
  }
}
