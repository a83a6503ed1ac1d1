package dev.lockbroker.core.journal;

import java.nio.charset.StandardCharsets;

/** What one opening of the journal brought: its first line and what follows some offset. */
final class Excerpt {
  private final byte[] head;
  private final byte[] tail;
  private final long modifiedSeconds;
  private final Object stamp;

  /**
   * Takes over the arrays.
   *
   * @param head the first {@link JournalHeader#MAX_BYTES} bytes, or all there are
   * @param tail from the offset asked for to the end
   * @param modifiedSeconds when the file was last written, seconds of the wall clock
   * @param stamp as {@link JournalDirectory#stamp()} would have said before the reading
   */
  Excerpt(byte[] head, byte[] tail, long modifiedSeconds, Object stamp) {
    this.head = head;
    this.tail = tail;
    this.modifiedSeconds = modifiedSeconds;
    this.stamp = stamp;
  }

  /**
   * The header, without its newline.
   *
   * @throws IllegalArgumentException if no whole line is there
   */
  String firstLine() {
    for (int end = 0; end < head.length; end++) {
      if (head[end] == '\n') {
        return new String(head, 0, end, StandardCharsets.ISO_8859_1);
      }
    }
    throw new IllegalArgumentException("its first line is missing or not finished");
  }

  byte[] tail() {
    return tail;
  }

  long modifiedSeconds() {
    return modifiedSeconds;
  }

  Object stamp() {
    return stamp;
  }
}
