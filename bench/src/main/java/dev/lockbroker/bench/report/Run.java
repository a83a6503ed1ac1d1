package dev.lockbroker.bench.report;

import java.util.List;

/**
 * One run of the command: what is known about it, and what it measured.
 *
 * @param number 1 for the first in its folder
 * @param facts in the order in which they are shown; a name may occur several times
 */
public record Run(int number, List<Fact> facts, Results results) {
  /** The fact that says whether the run only showed that everything works: {@code yes}. */
  public static final String QUICK = "quick";

  /** The first word of facts about peers that were found; the rest of the name is the peer's id. */
  public static final String PEER = "peer ";

  /** The same of peers that were not. */
  public static final String MISSING = "missing ";

  /** A name and one line of text. */
  public record Fact(String name, String value) {}

  /** Copies the facts. */
  public Run {
    facts = List.copyOf(facts);
  }

  /** The value of the first fact of that name; empty if there is none. */
  String fact(String name) {
    for (Fact fact : facts) {
      if (fact.name().equals(name)) {
        return fact.value();
      }
    }
    return "";
  }

  boolean isQuick() {
    return fact(QUICK).equals("yes");
  }
}
