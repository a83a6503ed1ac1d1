package dev.lockbroker.cli;

import dev.lockbroker.core.repository.ResolutionException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockctl fence install}. */
@Command(
    name = "install",
    description = {
      "Makes it the repository's reference-transaction hook.",
      "One that is there already is kept and runs after it."
    })
final class FenceInstallCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final RepositoryOption repository = new RepositoryOption();

  @Override
  public Integer call() throws IOException, ResolutionException {
    Fence fence = Fence.of(repository);
    if (fence.isCurrent()) {
      Console.answer("it is there already: " + Shown.path(fence.script().file()));
      return ExitCode.OK;
    }
    refuseIfForeign(fence);
    try {
      fence.install();
    } catch (FileSystemException e) {
      if (String.valueOf(e.getReason()).contains("space")) {
        throw e;
      }
      throw new CliException(
          ExitCode.NOT_WRITABLE,
          Shown.path(fence.script().file()) + " cannot be written; check its folder");
    }
    Console.answer("installed " + Shown.path(fence.script().file()));
    if (fence.hasBefore()) {
      Console.answer("The hook that was there runs after it: " + Shown.path(fence.before()));
    }
    return ExitCode.OK;
  }

  private static void refuseIfForeign(Fence fence) throws IOException {
    String reason = fence.tooOld();
    if (reason != null) {
      throw new CliException(ExitCode.NOT_FOUND, reason + "; upgrade git");
    }
    @Nullable String foreign = fence.foreignFolder();
    if (foreign != null) {
      String file = Shown.quoted(fence.script().file().toString());
      String how =
          fence.script().isAnythingThere() && !fence.script().isOurs()
              ? "to use it there, call what 'lockctl fence print' prints from " + file
              : "to use it there: lockctl fence print >" + file + " && chmod +x " + file;
      throw new CliException(
          ExitCode.NOT_WRITABLE, foreign + ", so nothing is written there unasked; " + how);
    }
  }
}
