package dev.lockbroker.bench.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Numbers as they come, without an object for each. Confined to one thread. */
public final class Samples {
  private long[] values = new long[1 << 12];
  private int size;

  /** One more. */
  public void add(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  /** All of them, behind the others. */
  public void addAll(long[] more) {
    for (long value : more) {
      add(value);
    }
  }

  /** How many. */
  public int size() {
    return size;
  }

  /** A copy, in the order in which they came. */
  public long[] toArray() {
    return Arrays.copyOf(values, size);
  }

  /** As little-endian longs. */
  void write(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values, 0, size);
    Files.write(file, bytes.array());
  }

  /** What {@link #write} has written. */
  static long[] read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    long[] read = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(read);
    return read;
  }
}
