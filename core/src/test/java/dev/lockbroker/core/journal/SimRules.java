package dev.lockbroker.core.journal;

import java.util.EnumSet;
import java.util.Set;

/** The rules of the models, but for the faults. */
final class SimRules {
  private final Set<SimFault> faults;

  SimRules(Set<SimFault> faults) {
    this.faults = faults;
  }

  static SimRules all() {
    return new SimRules(EnumSet.noneOf(SimFault.class));
  }

  boolean has(SimFault fault) {
    return faults.contains(fault);
  }

  boolean noGuard() {
    return has(SimFault.NO_GUARD);
  }
}
