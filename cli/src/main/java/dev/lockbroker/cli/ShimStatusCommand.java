package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockctl shim status}. */
@Command(
    name = "status",
    description = {
      "Says whether 'git' is the shim, of this version, and which git is behind it.",
      "Exits with 0 only if it is in effect, else with 1."
    })
final class ShimStatusCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final ShimFolderOption place = new ShimFolderOption();

  @Option(names = "--json", description = "One JSON object.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    Shim shim = place.shim();
    OwnScript script = shim.script();
    Path git = shim.real();
    String problem = problem(shim, git);
    if (json) {
      Console.answer(
          new Json()
              .object()
              .put("in_effect", problem == null)
              .put("problem", problem)
              .put("script", script.file().toString())
              .put("installed", script.isOurs())
              .put("version", script.version())
              .put("first_on_path", shim.isFirst())
              .put("git", git == null ? null : git.toString())
              .end()
              .toString());
    } else {
      Console.answer(problem == null ? "in effect" : "not in effect: " + problem);
      Console.answer("  script  " + Shown.path(script.file()));
      Console.answer("  git     " + (git == null ? "none" : Shown.path(git)));
    }
    return problem == null ? ExitCode.OK : ExitCode.NOT_IN_EFFECT;
  }

  /** Why 'git' is not 'lockctl git', and what to do about it; null if it is. */
  private @Nullable String problem(Shim shim, @Nullable Path git) throws IOException {
    OwnScript script = shim.script();
    String again = "'lockctl shim install" + place.argument() + "'";
    if (git == null) {
      return "there is no git on PATH; install git";
    }
    if (!script.isAnythingThere()) {
      return "it is not installed; " + again + " does that";
    }
    if (!script.isOurs()) {
      return "what is there is not ours; move it away, or choose another --dir";
    }
    if (!shim.isCurrent()) {
      return "it was made by another lockctl; run " + again + " once more";
    }
    if (!shim.isFirst()) {
      Path first = shim.first();
      return "another git comes first on PATH"
          + (first == null ? "" : " (" + Shown.path(first) + ")")
          + "; put "
          + Shown.path(shim.folder())
          + " before it";
    }
    return "1".equals(System.getenv("LOCKBROKER_DISABLE"))
        ? "LOCKBROKER_DISABLE is 1; unset it"
        : null;
  }
}
