package dev.lockbroker.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lockctl completion}. */
@Command(
    name = "completion",
    description = "Prints the completion of lockctl for a shell.",
    footer = {
      "",
      "bash: eval \"$(lockctl completion bash)\" in ~/.bashrc",
      "zsh:  eval \"$(lockctl completion zsh)\" in ~/.zshrc, after compinit",
      "fish: lockctl completion fish > ~/.config/fish/completions/lockctl.fish",
      "install.sh puts them where shells find them by themselves."
    })
final class CompletionCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
  String shell = "";

  @Override
  public Integer call() {
    CompletionModel.Node model = CompletionModel.of(CommandLines.parser());
    Console.answer(
        switch (shell) {
          case "bash" -> BashCompletion.of(model).stripTrailing();
          case "zsh" -> ZshCompletion.of(model).stripTrailing();
          case "fish" -> FishCompletion.of(model).stripTrailing();
          default ->
              throw new CliException(
                  ExitCode.USAGE,
                  "there is completion for bash, zsh and fish, not for " + Shown.quoted(shell));
        });
    return ExitCode.OK;
  }
}
