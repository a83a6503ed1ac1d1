package dev.lockbroker.client;

/**
 * The seam between requests and the two ways to get them granted: a session with a broker, and the
 * journal directly. What becomes of a request is told to its {@link TicketAgent}, which ignores
 * whatever a transport says that it has left.
 *
 * <p>Methods return soon ({@link #ask} may wait for a busy journal), may be called on any thread,
 * and are called without the agent's monitor. A wish may overtake another one: what an agent does
 * not want of this transport any more when its turn comes is not carried out.
 */
interface Transport {
  /** Asks for the agent's claims, or takes its ticket up again. */
  void ask(TicketAgent agent);

  /** Like {@link #ask}, soon, and without waiting for anything meanwhile. */
  void takeOver(TicketAgent agent);

  /** Ends the agent's ticket, waiting or held. */
  void withdraw(TicketAgent agent);

  /** Prolongs the agent's lease as soon as can be. */
  void refresh(TicketAgent agent);

  /** Has nothing more to do with the agent. */
  void forget(TicketAgent agent);
}
