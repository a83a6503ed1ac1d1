package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.ProcessIdentity;

/** A machine whose clocks stand still until they are moved. */
class FakeHost implements Host {
  static final long MS = 1_000_000;
  static final long NAMESPACE = 4026531836L;

  String bootId = "11111111-2222-3333-4444-555555555555";
  long timeNamespace = 4026531834L;
  long bootTimeSeconds;
  long now = 1_000_000 * MS;
  long wallMicros = 1_795_000_000_000_000L;

  @Override
  public ProcessIdentity self() {
    return new ProcessIdentity(1, 1, NAMESPACE, 1000);
  }

  @Override
  public String bootId() {
    return bootId;
  }

  @Override
  public long timeNamespace() {
    return timeNamespace;
  }

  @Override
  public long uid() {
    return 1000;
  }

  @Override
  public long bootTimeSeconds() {
    return bootTimeSeconds;
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public long wallMicros() {
    return wallMicros;
  }

  void passMillis(long millis) {
    now += millis * MS;
  }
}
