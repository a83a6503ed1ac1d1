package dev.lockbroker.core.repository;

import static dev.lockbroker.core.repository.ResolutionException.quoted;
import static dev.lockbroker.core.repository.ResolutionException.reason;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells git directories from others, with the checks that git itself makes ({@code
 * is_git_directory} and {@code read_gitfile} in its setup.c), and follows their pointers.
 */
final class GitDirectory {
  /** Git takes no more for a gitfile. */
  private static final int MOST_OF_A_POINTER = 1 << 20;

  private static final int MOST_OF_HEAD = 255;
  private static final Remembered HEADS = new Remembered();
  private static final byte[] GITFILE = "gitdir: ".getBytes(StandardCharsets.US_ASCII);

  private final Map<String, String> environment;
  private final Path start;

  /**
   * The rules under an environment.
   *
   * @param start what relative paths in the environment are relative to
   */
  GitDirectory(Map<String, String> environment, Path start) {
    this.environment = environment;
    this.start = start;
  }

  /** A path from the environment; null if the variable is not set. */
  @Nullable Path fromEnvironment(String variable) throws ResolutionException {
    String value = environment.get(variable);
    try {
      return value == null ? null : start.resolve(value);
    } catch (InvalidPathException e) {
      throw new ResolutionException(
          variable + " is set to " + quoted(value) + ", which is no path; correct it or unset it");
    }
  }

  /** Whether git would take this for a git directory. */
  boolean isValid(Path directory) throws ResolutionException {
    if (!hasHead(directory.resolve("HEAD"))) {
      return false;
    }
    Path common = common(directory);
    Path objects = fromEnvironment("GIT_OBJECT_DIRECTORY");
    return common != null
        && Files.isExecutable(objects != null ? objects : common.resolve("objects"))
        && Files.isExecutable(common.resolve("refs"));
  }

  private static boolean hasHead(Path head) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(head, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isSymbolicLink()) {
        return Files.readSymbolicLink(head).startsWith("refs");
      }
      Boolean known = HEADS.of(head, attributes);
      return known != null ? known : readHead(head, attributes);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean readHead(Path head, BasicFileAttributes attributes) throws IOException {
    String content = new String(read(head, MOST_OF_HEAD), StandardCharsets.ISO_8859_1);
    boolean valid = isHead(content);
    HEADS.note(head, attributes, valid, System.currentTimeMillis());
    return valid;
  }

  private static boolean isHead(String head) {
    if (head.startsWith("ref:")) {
      return head.substring(4).stripLeading().startsWith("refs/");
    }
    for (int i = 0; i < 40; i++) {
      if (i == head.length() || Character.digit(head.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The directory that all working trees share; null if the pointer to it cannot be followed. */
  @Nullable Path common(Path gitDirectory) throws ResolutionException {
    Path chosen = fromEnvironment("GIT_COMMON_DIR");
    Path pointer = gitDirectory.resolve("commondir");
    // Following a link: a pointer that dangles is none, and asking costs an eighth.
    if (chosen != null || !Files.exists(pointer)) {
      return chosen != null ? chosen : gitDirectory;
    }
    try {
      byte[] content = read(pointer, MOST_OF_A_POINTER);
      return gitDirectory.resolve(RawPath.of(content, 0, endOfLine(content)));
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  /**
   * Follows a gitfile, the file that stands in the place of a git directory.
   *
   * @throws ResolutionException if it leads to no repository; git does not look further then,
   *     either
   */
  Path follow(Path gitfile) throws ResolutionException {
    Path target = target(gitfile);
    if (!isValid(target)) {
      throw new ResolutionException(
          quoted(gitfile)
              + " points to "
              + quoted(target)
              + ", which is no git repository (any more); run 'git worktree repair' where the"
              + " repository is now, or remove the file");
    }
    return target;
  }

  private static Path target(Path gitfile) throws ResolutionException {
    try {
      byte[] content = read(gitfile, MOST_OF_A_POINTER);
      int end = endOfLine(content);
      if (end > GITFILE.length
          && Arrays.equals(content, 0, GITFILE.length, GITFILE, 0, GITFILE.length)) {
        return gitfile.resolveSibling(RawPath.of(content, GITFILE.length, end));
      }
    } catch (IOException | InvalidPathException e) {
      throw new ResolutionException(
          quoted(gitfile)
              + " cannot be followed to a repository ("
              + reason(e)
              + "); make it readable, or remove it");
    }
    throw new ResolutionException(
        quoted(gitfile) + " does not begin with 'gitdir: ' and a path; repair it or remove it");
  }

  /** Git lets a pointer end in any number of line breaks. */
  private static int endOfLine(byte[] content) {
    int end = content.length;
    while (end > 0 && (content[end - 1] == '\n' || content[end - 1] == '\r')) {
      end--;
    }
    return end;
  }

  /** The beginning of a regular file. */
  static byte[] read(Path file, int most) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("not a regular file"); // a pipe would hold us for ever
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(most);
    }
  }
}
