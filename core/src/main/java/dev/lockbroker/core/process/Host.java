package dev.lockbroker.core.process;

/** Facts about this process and its machine that do not change while it runs, and its clocks. */
public interface Host {

  /** This process. */
  ProcessIdentity self();

  /** A text that is new with every boot of the kernel. */
  String bootId();

  /**
   * Inode number of my time namespace, 0 if the kernel has none. In different time namespaces both
   * clock and start ticks are shifted against each other.
   */
  long timeNamespace();

  /** My effective user. */
  long uid();

  /** When the kernel booted, in seconds of the wall clock as it goes now. */
  long bootTimeSeconds();

  /**
   * Nanoseconds of a clock that all processes of this machine share, that never jumps, and that
   * stands still while the machine sleeps. Its origin has no meaning.
   */
  long nanoTime();

  /** Microseconds of the wall clock since 1970. It may jump, also backwards. */
  long wallMicros();
}
