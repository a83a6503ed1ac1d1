package dev.lockbroker.core.repository;

import static dev.lockbroker.core.repository.ResolutionException.quoted;
import static dev.lockbroker.core.repository.ResolutionException.reason;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The walk upwards from a folder to its git directory, in the order and with the limits of git
 * ({@code repo_discovery_find_dir} in its setup.c): in each folder first {@code .git}, then the
 * folder itself.
 */
final class Discovery {
  private final Map<String, String> environment;
  private final GitDirectory rules;

  Discovery(Map<String, String> environment, GitDirectory rules) {
    this.environment = environment;
    this.rules = rules;
  }

  /**
   * What was found.
   *
   * @param gitDirectory the git directory, maybe by way of symbolic links
   * @param top the folder whose {@code .git} it is, null if we came upon the git directory itself
   * @param isReal whether the path of the git directory is known to have no symbolic link in it
   */
  record Found(Path gitDirectory, @Nullable Path top, boolean isReal) {}

  /**
   * Looks in this folder and those above it.
   *
   * @param start a real path of a folder
   * @return null if it is in no repository
   * @throws ResolutionException if it is in one that is broken
   */
  @Nullable Found from(Path start) throws ResolutionException {
    Path ceiling = ceiling(start);
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (folder.equals(ceiling)) {
        return null;
      }
      Found found = in(folder);
      if (found != null) {
        return isOnOneFileSystem(start, folder) ? found : null;
      }
    }
    return null;
  }

  private @Nullable Found in(Path folder) throws ResolutionException {
    Found inside = foundIn(folder);
    if (inside != null) {
      return inside;
    }
    return rules.isValid(folder) ? new Found(folder, null, true) : null;
  }

  private @Nullable Found foundIn(Path folder) throws ResolutionException {
    Path git = folder.resolve(".git");
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(git, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      boolean isReal = !attributes.isSymbolicLink();
      if (isReal ? attributes.isDirectory() : isDirectory(git)) {
        return rules.isValid(git) ? new Found(git, folder, isReal) : null;
      }
      return new Found(rules.follow(git), folder, false);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      // To look further up could end in the wrong repository.
      throw new ResolutionException(
          quoted(git) + " cannot be looked at (" + reason(e) + "); make it readable");
    }
  }

  private static boolean isDirectory(Path link) throws IOException {
    return Files.readAttributes(link, BasicFileAttributes.class).isDirectory();
  }

  /** The nearest folder above this one that must not be looked into; null if there is none. */
  private @Nullable Path ceiling(Path start) {
    String list = environment.get("GIT_CEILING_DIRECTORIES");
    Path nearest = null;
    boolean resolveLinks = true;
    for (int from = 0; list != null && from <= list.length(); ) {
      int colon = list.indexOf(':', from);
      int end = colon < 0 ? list.length() : colon;
      // An empty entry says that the rest shall be taken as it is.
      resolveLinks &= end > from;
      nearest = nearer(nearest, ceilingEntry(list.substring(from, end), resolveLinks), start);
      from = end + 1;
    }
    return nearest;
  }

  private static @Nullable Path ceilingEntry(String text, boolean resolveLinks) {
    try {
      Path entry = Path.of(text);
      if (!entry.isAbsolute()) {
        return null;
      }
      return resolveLinks ? entry.toRealPath() : entry;
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  private static @Nullable Path nearer(@Nullable Path nearest, @Nullable Path entry, Path start) {
    if (entry == null || entry.equals(start) || !start.startsWith(entry)) {
      return nearest;
    }
    return nearest == null || entry.startsWith(nearest) ? entry : nearest;
  }

  private boolean isOnOneFileSystem(Path start, Path found) throws ResolutionException {
    if (start.equals(found) || isTrue(environment.get("GIT_DISCOVERY_ACROSS_FILESYSTEM"))) {
      return true;
    }
    Object device = device(start);
    for (Path folder = start; !folder.equals(found); ) {
      folder = Objects.requireNonNull(folder.getParent());
      if (!device(folder).equals(device)) {
        return false;
      }
    }
    return true;
  }

  private static Object device(Path folder) throws ResolutionException {
    try {
      return Files.getAttribute(folder, "unix:dev", LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new ResolutionException(
          quoted(folder) + " cannot be looked at (" + reason(e) + "); make it readable");
    }
  }

  /** Truth as git reads it in the environment. */
  private static boolean isTrue(@Nullable String value) {
    return value != null
        && (value.equals("1")
            || value.equalsIgnoreCase("true")
            || value.equalsIgnoreCase("yes")
            || value.equalsIgnoreCase("on"));
  }
}
