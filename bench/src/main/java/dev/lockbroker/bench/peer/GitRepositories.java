package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Empty repositories by name, made by whoever comes first. */
final class GitRepositories {
  private GitRepositories() {}

  /** The repository of that name below that folder; also when several processes ask at once. */
  static Path in(Path parent, String name) throws IOException, InterruptedException {
    Path repository = parent.resolve(name);
    if (!Files.isDirectory(repository)) {
      create(parent, repository);
    }
    return repository;
  }

  /** Made under another name and renamed: it is there completely or not at all. */
  private static void create(Path parent, Path repository)
      throws IOException, InterruptedException {
    Path made = Files.createTempDirectory(parent, ".new");
    Path git =
        Programs.find("git")
            .orElseThrow(() -> new IOException("there is no git; apt-get install git"));
    ProcessBuilder builder =
        new ProcessBuilder(git.toString(), "init", "-q", made.toString()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(variable -> variable.startsWith("GIT_"));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("git init " + made + " failed: " + said);
    }
    try {
      Files.move(made, repository, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      new Scratch(made).delete();
    } catch (FileSystemException e) {
      if (!Files.isDirectory(repository)) {
        throw e;
      }
      new Scratch(made).delete();
    }
  }
}
