package dev.lockbroker.bench.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GrantTest {
  @Test
  void a_grant_is_read_as_it_was_written(@TempDir Path folder) throws Exception {
    Samples samples = new Samples();
    new Grant(1, 2, 3, 4, 5).addTo(samples);
    new Grant(6, Long.MIN_VALUE, Long.MAX_VALUE, -1, 0).addTo(samples);
    Path file = folder.resolve("samples");
    samples.write(file);
    assertEquals(
        List.of(new Grant(101, 2, 3, 4, 5), new Grant(106, Long.MIN_VALUE, Long.MAX_VALUE, -1, 0)),
        Grant.parse(Samples.read(file), 100));
  }
}
