package dev.lockbroker.core.journal;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** CRC-32 as eight hexadecimal digits: it finds torn and flipped bytes, it is no signature. */
final class Checksum {
  static final int LENGTH = 8;

  private Checksum() {}

  static String of(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
    return Hex.of(crc.getValue(), LENGTH);
  }
}
