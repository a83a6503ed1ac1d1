package dev.lockbroker.broker;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.NoSuchPathException;
import dev.lockbroker.core.repository.RepositoryResolver;
import dev.lockbroker.core.repository.ResolutionException;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Inside;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Scope;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.Acquire;
import dev.lockbroker.proto.v1.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns an {@code Acquire} into a command, or into a sentence that says what is wrong with it.
 * Looks at the file system, so it is called where that may block.
 */
final class RequestReader {
  private static final long DEFAULT_TTL_MILLIS = 10_000;

  private final Path stateFolder;

  RequestReader(Path stateFolder) {
    this.stateFolder = stateFolder;
  }

  /**
   * Reads a request.
   *
   * @param client who asks
   * @param label the client's own, for a request without one
   * @param heldBefore the client was once told that it holds
   */
  Wanted read(Acquire acquire, ProcessIdentity client, String label, boolean heldBefore)
      throws RefusedException {
    try {
      RequestId id = new RequestId(acquire.getRequestId());
      String chosenLabel = acquire.getLabel().isEmpty() ? label : acquire.getLabel();
      Ticket.checkLabel(chosenLabel);
      long ttlMillis = ttlMillis(acquire);
      long waitMillis = waitMillis(acquire);
      LeaseKind kind = kind(acquire);
      checkCount(acquire.getClaimsCount());
      Inside inside = inside(acquire);
      Lockable lockable = lockable(acquire.getPath());
      requireJournal(acquire.getJournalDirectory(), lockable);
      Claims claims = claims(acquire, lockable);
      boolean onlyIfFree = waitMillis == 0;
      Command.Request command =
          new Command.Request(
              id, claims, client, ttlMillis, kind, chosenLabel, heldBefore, onlyIfFree, inside);
      return new Wanted(command, lockable, waitMillis);
    } catch (IllegalArgumentException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  /** What a path belongs to. */
  Lockable lockable(String path) throws RefusedException {
    Path given = WirePath.of(path);
    try {
      // The client's own environment is in its journal_directory, if it wants to be sure.
      return RepositoryResolver.resolve(given, Map.of(), stateFolder);
    } catch (NoSuchPathException e) {
      throw new RefusedException(Reason.NO_SUCH_PATH, String.valueOf(e.getMessage()));
    } catch (ResolutionException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  private static void requireJournal(String wanted, Lockable lockable) throws RefusedException {
    if (!wanted.isEmpty() && !WirePath.of(wanted).equals(lockable.journalDirectory())) {
      throw new RefusedException(
          Reason.DIFFERENT_JOURNAL,
          "the broker keeps the locks of '"
              + lockable.shown()
              + "' in "
              + lockable.journalDirectory()
              + ", the client in another place (other settings, or another view of the file"
              + " system); use it without the broker");
    }
  }

  private static long ttlMillis(Acquire acquire) throws RefusedException {
    long ttl = acquire.getTtlMillis();
    if (ttl < 0 || ttl > Ticket.MAX_TTL_MILLIS) {
      throw invalid("a ttl is 1 ms to 1 h, not " + ttl + " ms");
    }
    return ttl == 0 ? DEFAULT_TTL_MILLIS : ttl;
  }

  private static long waitMillis(Acquire acquire) throws RefusedException {
    if (!acquire.hasWaitMillis()) {
      return Wanted.FOR_EVER;
    }
    if (acquire.getWaitMillis() < 0) {
      throw invalid("a wait is 0 ms or more, not " + acquire.getWaitMillis() + " ms");
    }
    return acquire.getWaitMillis();
  }

  private static LeaseKind kind(Acquire acquire) throws RefusedException {
    return switch (acquire.getKind()) {
      case LEASE_KIND_UNSPECIFIED, LEASE_KIND_LEASE -> LeaseKind.LEASE;
      case LEASE_KIND_RUN -> LeaseKind.RUN;
      case UNRECOGNIZED ->
          throw invalid("unknown kind of lease " + acquire.getKindValue() + "; upgrade the broker");
    };
  }

  private static Inside inside(Acquire acquire) throws RefusedException {
    if (acquire.getWhileHoldingCount() > Inside.MAX) {
      throw invalid("while_holding names at most " + Inside.MAX + " requests");
    }
    List<RequestId> requests = new ArrayList<>();
    for (String id : acquire.getWhileHoldingList()) {
      requests.add(new RequestId(id));
    }
    return new Inside(requests);
  }

  private static void checkCount(int claims) throws RefusedException {
    if (claims > Claims.MAX) {
      throw invalid("a request has at most " + Claims.MAX + " claims");
    }
  }

  private static Claims claims(Acquire acquire, Lockable lockable) throws RefusedException {
    if (acquire.getClaimsCount() == 0) {
      return Claims.of(LockMode.EXCLUSIVE, Scope.ROOT);
    }
    List<Claim> claims = new ArrayList<>();
    for (dev.lockbroker.proto.v1.Claim claim : acquire.getClaimsList()) {
      claims.add(new Claim(mode(claim), scope(claim, lockable)));
    }
    return new Claims(claims);
  }

  private static LockMode mode(dev.lockbroker.proto.v1.Claim claim) throws RefusedException {
    return switch (claim.getMode()) {
      case MODE_SHARED -> LockMode.SHARED;
      case MODE_UNSPECIFIED, MODE_EXCLUSIVE -> LockMode.EXCLUSIVE;
      case UNRECOGNIZED ->
          throw invalid("unknown mode " + claim.getModeValue() + "; upgrade the broker");
    };
  }

  private static Scope scope(dev.lockbroker.proto.v1.Claim claim, Lockable lockable)
      throws RefusedException {
    if (!claim.getThisWorktree()) {
      return claim.getScope().isEmpty() ? Scope.ROOT : new Scope(claim.getScope());
    }
    String worktree = lockable.worktree();
    if (worktree == null) {
      throw invalid(
          "'"
              + lockable.shown()
              + "' has no working tree there to claim; give a path in one, or claim a scope");
    }
    return new Scope("/worktree/" + worktree);
  }

  private static RefusedException invalid(String sentence) {
    return new RefusedException(Reason.INVALID, sentence);
  }

  /**
   * A request that makes sense.
   *
   * @param waitMillis how long it may wait, 0 not at all, or {@link #FOR_EVER}
   */
  record Wanted(Command.Request command, Lockable lockable, long waitMillis) {
    static final long FOR_EVER = -1;

    /** Longer waits are for ever. */
    private static final long LONGEST_MILLIS = 10L * 366 * 86_400_000;

    /** The wait in nanoseconds; negative: for ever. */
    long waitNanos() {
      return waitMillis >= LONGEST_MILLIS ? -1 : waitMillis * 1_000_000;
    }
  }
}
