package dev.lockbroker.core.table;

/**
 * An entry that no correct arbiter can have written: the journal it came from is corrupt or
 * hostile, or the program that is about to write it has a bug. The table is unchanged.
 */
public final class InvariantViolation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvariantViolation(String message) {
    super(message);
  }
}
