package dev.lockbroker.core.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks through all processes for those that could be at work somewhere: by name, by working
 * directory, by what they have open. Keeps nothing; safe for use by several threads.
 */
public final class ProcessSurvey {
  private static final int COMMAND_LINE_BYTES = 64 << 10;
  private static final int ENVIRONMENT_BYTES = 8 << 20;

  private final Host host;
  private final ProcTable table;

  /**
   * A survey of one mount of proc.
   *
   * @param procRoot where proc is mounted: {@code /proc}, except in tests
   */
  public ProcessSurvey(Host host, Path procRoot) {
    this.host = host;
    this.table = new ProcTable(procRoot);
  }

  /** Whether a process of my namespace that is not seen is proved not to be there. */
  public boolean seesEveryProcess() {
    return table.isSeenFrom(host.self().pid()) && (host.uid() == 0 || table.hidesNothing());
  }

  /**
   * The living processes whose name begins with {@code prefix}, whoever they belong to.
   *
   * @param variables beginning of the names of environment variables that are wanted
   * @throws IOException if the processes could not all be listed
   */
  public List<ProcessSight> named(String prefix, String variables) throws IOException {
    List<ProcessSight> found = new ArrayList<>();
    for (long pid : table.pids()) {
      String name = livingName(pid);
      if (name != null && name.startsWith(prefix)) {
        ProcessSight sight = sight(pid, name, variables);
        if (sight != null) {
          found.add(sight);
        }
      }
    }
    return found;
  }

  /** The process with this pid; empty if it does not live or cannot be seen. */
  public Optional<ProcessSight> of(long pid) {
    try {
      String name = livingName(pid);
      return name == null ? Optional.empty() : Optional.ofNullable(sight(pid, name, "\0"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * When a process started, in seconds of the wall clock as it goes now; empty if there is none.
   *
   * @throws IOException if there may be one that cannot be looked at
   */
  public Optional<Long> startedAtSeconds(long pid) throws IOException {
    try {
      ProcStat stat = table.stat(pid);
      return stat.hasEnded()
          ? Optional.empty()
          : Optional.of(host.bootTimeSeconds() + stat.startTicks() / 100);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * The first process found that has one of these files open, for each file that is open. Those of
   * other users cannot be looked into and are passed over.
   *
   * @param files real paths
   * @throws IOException if a process of my own user could not be looked at
   */
  public Map<Path, Long> openers(Set<Path> files) throws IOException {
    Map<Path, Long> openers = new HashMap<>();
    for (long pid : table.pids()) {
      try {
        if (host.uid() == 0 || table.belongsTo(pid, host.uid())) {
          addOpenFiles(pid, files, openers);
        }
      } catch (NoSuchFileException | AccessDeniedException e) {
        // Ended meanwhile, or guards its memory.
      } catch (IOException e) {
        // The dead have nothing open, and asking a zombie is an error of its own.
        if (livingName(pid) != null) {
          throw e;
        }
      }
    }
    return openers;
  }

  private void addOpenFiles(long pid, Set<Path> files, Map<Path, Long> openers) throws IOException {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(table.file(pid, "fd"))) {
      for (Path descriptor : descriptors) {
        Path target = link(descriptor);
        if (target != null && files.contains(target)) {
          openers.putIfAbsent(target, pid);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static @Nullable Path link(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException | InvalidPathException e) {
      return null; // closed meanwhile
    }
  }

  /**
   * The kernel's name of a process that lives; null if it does not.
   *
   * @throws IOException if that cannot be told
   */
  private @Nullable String livingName(long pid) throws IOException {
    byte[] buffer = new byte[ProcStat.BYTES];
    int length = ProcFiles.read(table.file(pid, "stat").toString(), buffer);
    if (length == ProcFiles.GONE) {
      return null;
    }
    ProcStat stat = ProcStat.parse(buffer, length);
    if (stat == null) {
      if (table.isGone(pid)) {
        return null;
      }
      throw new IOException("process " + pid + " cannot be looked at");
    }
    if (stat.hasEnded()) {
      return null;
    }
    String line = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
    return line.substring(line.indexOf('(') + 1, line.lastIndexOf(')'));
  }

  /** Null if it has ended meanwhile. */
  private @Nullable ProcessSight sight(long pid, String name, String variables) throws IOException {
    Path directory = link(table.file(pid, "cwd"));
    Optional<byte[]> arguments = content(pid, "cmdline", COMMAND_LINE_BYTES);
    Optional<byte[]> environment = content(pid, "environ", ENVIRONMENT_BYTES);
    boolean isWhole = directory != null && arguments.isPresent() && environment.isPresent();
    long uid = owner(pid);
    if (livingName(pid) == null) {
      return null;
    }
    return new ProcessSight(
        pid,
        uid,
        name,
        directory,
        words(arguments.orElse(new byte[0])),
        variables(words(environment.orElse(new byte[0])), variables),
        isWhole);
  }

  private long owner(long pid) {
    try {
      Object owner = Files.getAttribute(table.file(pid, "."), "unix:uid");
      return owner instanceof Integer uid ? Integer.toUnsignedLong(uid) : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  private Optional<byte[]> content(long pid, String file, int most) {
    try {
      return Optional.of(ProcFiles.readAtMost(table.file(pid, file), most));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<String> words(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    List<String> words = new ArrayList<>(List.of(text.split("\0", -1)));
    if (words.get(words.size() - 1).isEmpty()) {
      words.remove(words.size() - 1); // each word ends in a NUL
    }
    return List.copyOf(words);
  }

  private static Map<String, String> variables(List<String> environment, String prefix) {
    Map<String, String> found = new HashMap<>();
    for (String entry : environment) {
      int sign = entry.indexOf('=');
      if (sign > 0 && entry.startsWith(prefix)) {
        found.putIfAbsent(entry.substring(0, sign), entry.substring(sign + 1));
      }
    }
    return Map.copyOf(found);
  }
}
