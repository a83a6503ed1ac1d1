package dev.lockbroker.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Node with a gRPC library of the gRPC project, installed once below {@code target}. */
final class Node {
  private static final Path SOURCES = Path.of("src/test/node").toAbsolutePath();
  private static final Path PROTO =
      Path.of("../proto/src/main/protobuf/lockbroker/v1/lockbroker.proto").toAbsolutePath();
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path HOME = TARGET.resolve("node");
  private static final long INSTALL_SECONDS = 120;

  private Node() {}

  /** Installs it, or skips the test with the reason. */
  static void require() throws Exception {
    Files.createDirectories(HOME);
    for (String tool : List.of("node", "npm")) {
      assumeTrue(runs(tool, "--version"), tool + " is not installed");
    }
    boolean isFresh = isInstalled();
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, HOME.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (!isFresh) {
      boolean installed = runs("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
      assumeTrue(installed, () -> "npm cannot install: " + log());
    }
  }

  private static boolean isInstalled() throws IOException {
    Path lock = HOME.resolve("package-lock.json");
    return Files.exists(HOME.resolve("node_modules/@grpc/proto-loader/package.json"))
        && Files.exists(lock)
        && Files.mismatch(lock, SOURCES.resolve("package-lock.json")) < 0;
  }

  /** With the user's own settings, which may name a registry, but a cache below target. */
  private static boolean runs(String... words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(words).directory(HOME.toFile());
    builder.environment().put("npm_config_cache", TARGET.resolve("npm-cache").toString());
    builder.redirectErrorStream(true).redirectOutput(logFile());
    try {
      Process process = builder.start();
      boolean ended = process.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
      return ended && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static File logFile() {
    return TARGET.resolve("npm.log").toFile();
  }

  private static String log() {
    try {
      return Files.readString(logFile().toPath()).strip();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The foreign client. */
  static Command client(Sandbox box, String what, Path path) {
    List<String> words = new ArrayList<>(List.of("node", HOME.resolve("client.js").toString()));
    words.addAll(List.of(PROTO.toString(), box.socket().toString(), what, path.toString()));
    return new Command(box, box.root(), words);
  }
}
