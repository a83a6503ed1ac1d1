package dev.lockbroker.core.journal;

/** What must be true after every step of a simulation, by the names of the protocol. */
enum SimLaw {
  I1_BELIEFS_DO_NOT_OVERLAP,
  I3_FIRST_COME_FIRST_SERVED,
  I4_WHO_BELIEVES_HOLDS,
  I5_EVERY_WAITER_IS_SERVED,
  V1_LEASES_DO_NOT_CONFLICT,
  V2_NUMBERS_RISE,
  V3_NO_GRANT_PAST_AN_EARLIER_WAITER,
  V4_NO_END_WITHOUT_CAUSE,
  V5_UNTIL_NEVER_FALLS_NOR_EXCEEDS,
  V6_TOLD_IS_WRITTEN,
  V7_A_FILE_IS_ITS_OWN,
  V8_REGISTERED_BEFORE_EXECUTED,
  V9_DEAD_ONLY_ON_PROOF,
  C1_A_REQUEST_THAT_HELD_IS_NOT_ASKED_AGAIN,
  C5_ONE_HEARTBEAT_ONE_REFRESH,
  R6_HEIRS_KEEP_THE_LEASE,
  T6_WHO_CAN_BE_GRANTED_IS,
  T6_THE_DEAD_ARE_NOT_GRANTED,
  T7_ONE_LINE_FOR_ONE_TRANSACTION,
  NO_FALSE_ALARM;

  /**
   * Whether it holds even when a copied directory makes tickets live twice. Whoever looks at one
   * after the other may take the second for damaged, once.
   */
  boolean holdsInCopies() {
    return this == I5_EVERY_WAITER_IS_SERVED;
  }

  /** The law is broken. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final SimLaw law;

    Broken(SimLaw law, String how) {
      super(law + ": " + how);
      this.law = law;
    }

    SimLaw law() {
      return law;
    }
  }
}
