package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lockctl shim install}. */
@Command(
    name = "install",
    description = {
      "Writes the script, and says how to put its folder first on PATH.",
      "Changes no other file. May be repeated, such as after an upgrade."
    })
final class ShimInstallCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final ShimFolderOption place = new ShimFolderOption();

  @Override
  public Integer call() throws IOException {
    Shim shim = place.shim();
    Path git = shim.real();
    if (git == null) {
      throw new CliException(
          ExitCode.NOT_FOUND, "there is no git on PATH to stand before; install git first");
    }
    OwnScript script = shim.script();
    if (script.isAnythingThere() && !script.isOurs()) {
      throw new CliException(
          ExitCode.NOT_WRITABLE,
          Shown.path(script.file()) + " is not ours; move it away, or choose another --dir");
    }
    write(shim, Shim.text(git));
    Console.answer("installed " + Shown.path(script.file()) + " before " + Shown.path(git));
    if (shim.isFirst()) {
      Console.answer("It is first on PATH: 'git' is it from now on.");
    } else {
      advise(shim);
    }
    return ExitCode.OK;
  }

  private static void write(Shim shim, String text) throws IOException {
    try {
      Files.createDirectories(shim.folder());
      shim.script().write(text);
    } catch (FileSystemException e) {
      if (String.valueOf(e.getReason()).contains("space")) {
        throw e;
      }
      throw refused(shim, e);
    }
  }

  private static CliException refused(Shim shim, FileSystemException trouble) {
    String what = trouble.getFile() == null ? shim.folder().toString() : trouble.getFile();
    return new CliException(
        ExitCode.NOT_WRITABLE,
        Shown.path(shim.script().file())
            + " cannot be written (see "
            + Shown.quoted(what)
            + "); choose another --dir");
  }

  /** The lines to paste. We change nobody's start-up files. */
  private static void advise(Shim shim) {
    String folder = ShellText.quoted(shim.folder().toString());
    Console.answer("Put it first on PATH by one line at the end of your shell's start-up file:");
    Console.answer("  bash, zsh  export PATH=" + folder + ":\"$PATH\"");
    Console.answer("  fish       fish_add_path --move --prepend " + folder);
    Console.answer("Programs that are running keep their old PATH until they are started again.");
  }
}
