package dev.lockbroker.core.table;

/** What must hold after every step; the name says what a failing exploration found. */
enum Law {
  /** Held tickets do not conflict pairwise. */
  V1_LEASES_DO_NOT_CONFLICT,
  /** Ticket numbers and tokens strictly rise, over all files. */
  V2_NUMBERS_RISE,
  /** A grant never passes an earlier conflicting waiter. */
  V3_FIRST_COME_FIRST_SERVED,
  /** A ticket ends only by its client, by proof of death, by its deadline and rule, or by force. */
  V4_NO_END_WITHOUT_CAUSE,
  /** A deadline is one ttl from now, and never before the former one of the same lease. */
  V5_UNTIL_NEVER_FALLS,
  /** Two clients never believe in conflicting leases, and each belief stands in the table. */
  BELIEF_IS_IN_THE_TABLE,
  /** Only a waiting ticket is granted: not an ended, cancelled or already held one. */
  ONLY_WAITERS_ARE_GRANTED,
  /** One request has at most one ticket. */
  ONE_TICKET_PER_REQUEST,
  /** A waiter that nothing alive stands before is granted; the dead and lapsed do not block. */
  NO_WAITER_IS_FORGOTTEN,
  /** A command is answered as its contract says. */
  ANSWERS_ARE_RIGHT,
  /** The table holds exactly what its entries say. */
  TABLE_IS_THE_FOLD
}
