package dev.lockbroker.cli;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lockctl manual DIR}: writes the manual pages of all commands; for install.sh. */
@Command(
    name = "manual",
    hidden = true,
    description = "Writes a manual page for each command into a folder.")
final class ManualCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "DIR", description = "The folder, made if it is not there.")
  String folder = "";

  @Override
  public Integer call() throws IOException {
    Path into = Files.createDirectories(Settings.path(folder));
    write(CommandLines.parser(), into, date());
    return ExitCode.OK;
  }

  private static void write(CommandLine line, Path into, String date) throws IOException {
    if (line.getCommandSpec().usageMessage().hidden()) {
      return;
    }
    Files.writeString(into.resolve(ManualPage.name(line) + ".1"), ManualPage.of(line, date));
    for (CommandLine child : line.getSubcommands().values()) {
      write(child, into, date);
    }
  }

  /** The day of the build, so that the same build writes the same pages. */
  private static String date() throws IOException {
    @Nullable URL self = Lockctl.class.getResource("Lockctl.class");
    Instant built =
        self != null && self.openConnection() instanceof JarURLConnection jar
            ? Instant.ofEpochMilli(jar.getJarEntry().getTime())
            : Instant.EPOCH;
    return built.atZone(ZoneOffset.UTC).toLocalDate().toString();
  }
}
