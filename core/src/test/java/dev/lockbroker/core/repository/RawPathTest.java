package dev.lockbroker.core.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawPathTest {
  @BeforeEach
  void needLetters() {
    Utf8.assume();
  }

  @Test
  void the_hash_is_fnv_1a() {
    // ("" is the offset basis; one step from there was computed by hand.)
    assertEquals("af63a24c860189fe", RawPath.hash(Path.of("/")));
    assertEquals(16, RawPath.hash(Path.of("/a/b")).length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a", "/a b", "/a\nb", "/ü/日本/😀", "/a%20b", "/a#b?c;d", "/-"})
  void a_path_survives_as_text_and_as_bytes(String text) {
    Path path = Path.of(text);
    assertEquals(path, RawPath.fromText(RawPath.toText(path)));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertEquals(path, RawPath.of(bytes, 0, bytes.length));
  }

  @Test
  void relative_bytes_stay_relative() {
    byte[] bytes = "../ü/x".getBytes(StandardCharsets.UTF_8);
    assertEquals(Path.of("../ü/x"), RawPath.of(bytes, 0, bytes.length));
  }

  @Test
  void a_folder_has_one_hash_before_and_after_it_is_made(@TempDir Path parent) throws Exception {
    Path folder = parent.toRealPath().resolve("ü");
    String before = RawPath.hash(folder);
    Files.createDirectory(folder);
    assertEquals(before, RawPath.hash(folder));
  }

  @Test
  void what_no_path_can_have_is_refused() {
    assertThrows(InvalidPathException.class, () -> RawPath.of(new byte[] {'/', 0}, 0, 2));
    assertThrows(InvalidPathException.class, () -> RawPath.of(new byte[] {'/', -1, 0}, 0, 3));
    assertThrows(IllegalArgumentException.class, () -> RawPath.fromText("relative"));
    assertThrows(IllegalArgumentException.class, () -> RawPath.fromText("//host/x"));
    assertThrows(IllegalArgumentException.class, () -> RawPath.fromText("/%zz"));
    assertThrows(IllegalArgumentException.class, () -> RawPath.fromText("/a?b"));
  }
}
