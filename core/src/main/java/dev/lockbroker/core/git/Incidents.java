package dev.lockbroker.core.git;

import dev.lockbroker.core.table.Claims;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of incidents beside a journal: {@code incidents/<ticket>}, with {@code .new} behind
 * the name until somebody has been told. Anybody may read; written under the journal's guard.
 */
public final class Incidents {
  /** Older records are dropped. */
  static final int MOST = 50;

  private static final String NEW = ".new";

  private final Path journalDirectory;
  private final Path folder;

  /** The records beside the journal in that directory. Touches nothing yet. */
  public Incidents(Path journalDirectory) {
    this.journalDirectory = journalDirectory;
    this.folder = journalDirectory.resolve("incidents");
  }

  /** All that can be read, the latest first. */
  public List<Incident> list() {
    List<Incident> found = new ArrayList<>();
    for (Name name : names()) {
      Incident incident = read(name);
      if (incident != null && found.size() < MOST) {
        found.add(incident);
      }
    }
    return found;
  }

  /**
   * Those that nobody has been told of and that concern whoever holds these claims; from now on
   * they count as told. Of several who ask at once, one gets each. What cannot be marked as told is
   * told again.
   */
  public List<Incident> takeUntold(Claims claims) {
    List<Incident> taken = new ArrayList<>();
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return taken; // as nearly always, without a look at anything more
    }
    for (Name name : names()) {
      Incident incident = name.isNew ? read(name) : null;
      if (incident != null && incident.claims().conflictWith(claims) && markTold(name)) {
        taken.add(incident);
      }
    }
    return taken;
  }

  /** False if somebody else was quicker. */
  private boolean markTold(Name name) {
    Path file = folder.resolve(name.text());
    try {
      Files.move(file, folder.resolve(Long.toString(name.ticket)));
      return true;
    } catch (IOException e) {
      return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** The record of that ticket, or null. */
  @Nullable Incident of(long ticket) {
    Incident untold = read(new Name(ticket, true));
    return untold != null ? untold : read(new Name(ticket, false));
  }

  /** Writes a record in the place of an older one of the same ticket; it is untold then. */
  void write(Incident incident) throws IOException {
    OwnFolder.make(folder, journalDirectory);
    String name = Long.toString(incident.ticket());
    OwnFolder.replace(folder.resolve(name + NEW), IncidentCodec.encode(incident), journalDirectory);
    Files.deleteIfExists(folder.resolve(name));
    List<Name> names = names();
    for (int i = MOST; i < names.size(); i++) {
      Files.deleteIfExists(folder.resolve(names.get(i).text()));
    }
  }

  private record Name(long ticket, boolean isNew) {
    String text() {
      return ticket + (isNew ? NEW : "");
    }
  }

  /** The latest first. */
  private List<Name> names() {
    List<Name> names = new ArrayList<>();
    try {
      for (String text : OwnFolder.names(folder)) {
        boolean isNew = text.endsWith(NEW);
        String number = isNew ? text.substring(0, text.length() - NEW.length()) : text;
        if (number.matches("[1-9]\\d{0,18}") && number.length() < 19) {
          names.add(new Name(Long.parseLong(number), isNew));
        }
      }
    } catch (IOException e) {
      // What cannot be listed cannot be shown.
    }
    names.sort(Comparator.comparingLong(Name::ticket).reversed());
    return names;
  }

  private @Nullable Incident read(Name name) {
    String text = small(folder.resolve(name.text()), IncidentCodec.MOST_BYTES);
    Incident incident = text == null ? null : IncidentCodec.decode(text, !name.isNew);
    return incident != null && incident.ticket() == name.ticket ? incident : null;
  }

  /** The content of a small regular file; null if it is none. */
  static @Nullable String small(Path file, int most) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    try (InputStream in = new FileInputStream(file.toFile())) {
      byte[] content = in.readNBytes(most + 1);
      return content.length > most ? null : new String(content, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return null;
    }
  }
}
