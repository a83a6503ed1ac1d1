package dev.lockbroker.cli;

import dev.lockbroker.core.repository.ResolutionException;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockctl fence status}. */
@Command(
    name = "status",
    description = {
      "Says whether git runs the fence in this repository.",
      "Exits with 0 only if it does, else with 1."
    })
final class FenceStatusCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final RepositoryOption repository = new RepositoryOption();

  @Option(names = "--json", description = "One JSON object.")
  boolean json;

  @Override
  public Integer call() throws IOException, ResolutionException {
    Fence fence = Fence.of(repository);
    String problem = problem(fence);
    OwnScript script = fence.script();
    if (json) {
      Console.answer(
          new Json()
              .object()
              .put("in_effect", problem == null)
              .put("problem", problem)
              .put("hook", script.file().toString())
              .put("installed", script.isOurs())
              .put("version", script.version())
              .put("runs_before", fence.hasBefore() ? fence.before().toString() : null)
              .end()
              .toString());
    } else {
      Console.answer(problem == null ? "in effect" : "not in effect: " + problem);
      Console.answer("  hook  " + Shown.path(script.file()));
      if (script.isOurs() && fence.hasBefore()) {
        Console.answer("  then  " + Shown.path(fence.before()));
      }
    }
    return problem == null ? ExitCode.OK : ExitCode.NOT_IN_EFFECT;
  }

  private @Nullable String problem(Fence fence) throws IOException {
    String again = "'lockctl fence install" + repository.argument() + "'";
    OwnScript script = fence.script();
    if (!script.isAnythingThere()) {
      return "it is not installed; " + again + " does that";
    }
    if (!script.isOurs()) {
      return "the hook that git runs is another one; " + again + " puts the fence before it";
    }
    if (!fence.isCurrent()) {
      return "it was made by another lockctl, or cannot be started; run " + again + " once more";
    }
    return fence.tooOld();
  }
}
