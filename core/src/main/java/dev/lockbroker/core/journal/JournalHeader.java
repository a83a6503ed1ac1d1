package dev.lockbroker.core.journal;

import dev.lockbroker.core.table.LockTable;

/**
 * The first line of a journal file.
 *
 * @param guardId the guard that this journal belongs to
 * @param nonce 64 random bits that tell this file from every other one under the same path
 * @param bootId the kernel's boot that the times in it belong to
 * @param timeNamespace the time namespace that they belong to
 * @param counter numbers go on above this
 */
record JournalHeader(
    String guardId, String nonce, String bootId, long timeNamespace, long counter) {
  /** Longer than any header; read in one go. */
  static final int MAX_BYTES = 256;

  static final int GUARD_ID_LENGTH = 32;
  private static final String MAGIC = "LB1";

  /** The line without its newline. */
  String line() {
    String body =
        MAGIC + ' ' + guardId + ' ' + nonce + ' ' + bootId + ' ' + timeNamespace + ' ' + counter;
    return body + ' ' + Checksum.of(body);
  }

  /** The checksum that the first transaction names as its predecessor. */
  String checksum() {
    String line = line();
    return line.substring(line.length() - Checksum.LENGTH);
  }

  /**
   * Reads a header line.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   * @throws NewerFormat if another version of the protocol wrote it
   */
  static JournalHeader parse(String line) {
    if (line.startsWith("LB") && !line.startsWith(MAGIC + " ")) {
      throw new NewerFormat();
    }
    int cut = line.length() - Checksum.LENGTH - 1;
    if (cut < 0
        || line.charAt(cut) != ' '
        || !Checksum.of(line.substring(0, cut)).equals(line.substring(cut + 1))) {
      throw new IllegalArgumentException("its first line does not match its checksum");
    }
    String[] words = line.split(" ", -1);
    if (words.length != 7 || !Hex.isHex(words[1], GUARD_ID_LENGTH) || !Hex.isHex(words[2], 16)) {
      throw new IllegalArgumentException("its first line is malformed");
    }
    long counter = Long.parseLong(words[5]);
    if (counter < 0 || counter > LockTable.MAX_COUNTER) {
      throw new IllegalArgumentException("its counter is out of range");
    }
    return new JournalHeader(words[1], words[2], words[3], Long.parseLong(words[4]), counter);
  }

  /** A journal of a protocol that this version does not know. */
  static final class NewerFormat extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    NewerFormat() {
      super("it was written by a newer version of Lockbroker");
    }
  }
}
