package dev.lockbroker.core.process;

/** A host that is whoever the test says. */
record FakeHost(ProcessIdentity self) implements Host {
  @Override
  public String bootId() {
    return "boot";
  }

  @Override
  public long timeNamespace() {
    return 0;
  }

  @Override
  public long uid() {
    return self.uid();
  }

  @Override
  public long bootTimeSeconds() {
    return 0;
  }

  @Override
  public long nanoTime() {
    return 0;
  }

  @Override
  public long wallMicros() {
    return 0;
  }
}
