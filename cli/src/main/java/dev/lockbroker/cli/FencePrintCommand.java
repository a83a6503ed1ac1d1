package dev.lockbroker.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockctl fence print}. */
@Command(
    name = "print",
    description = {
      "Prints the hook, to be put where lockctl does not write on its own.",
      "It is the same for every repository."
    })
final class FencePrintCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Override
  public Integer call() throws IOException {
    Console.answer(Fence.text().stripTrailing());
    return ExitCode.OK;
  }
}
