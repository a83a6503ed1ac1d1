package dev.lockbroker.core.table;

/** A step that broke a {@link Law}. */
final class LawBroken extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final Law law;

  LawBroken(Law law, String what) {
    super(law + ": " + what);
    this.law = law;
  }

  Law law() {
    return law;
  }

  static void unless(boolean condition, Law law, String what) {
    if (!condition) {
      throw new LawBroken(law, what);
    }
  }
}
