package dev.lockbroker.core.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A living process as a {@link ProcessSurvey} saw it. Its text is what the process says of itself:
 * nothing may be printed without {@link Printable}.
 *
 * @param pid its number in the namespace of the surveyed proc
 * @param uid who it belongs to; 0 also for processes that guard their memory
 * @param name the kernel's short name of it, at most 15 bytes
 * @param directory its working directory; null if the system keeps it from us
 * @param arguments its command line; empty if it cannot be seen
 * @param environment what it was started with, as far as the survey was asked for it
 * @param isWhole whether all of this could be read
 */
public record ProcessSight(
    long pid,
    long uid,
    String name,
    @Nullable Path directory,
    List<String> arguments,
    Map<String, String> environment,
    boolean isWhole) {

  /** Its command line for people, safe to print; its name where none can be seen. */
  public String shown() {
    return Printable.text(arguments.isEmpty() ? name : String.join(" ", arguments));
  }
}
