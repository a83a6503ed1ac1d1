package dev.lockbroker.core.journal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A ticket as the oracle reads it. */
final class SimTicket {
  final long number;
  final String request;
  final String claims;
  final String client;
  final long ttlNanos;
  final boolean run;
  final SimClient owner;
  long token;
  long until;
  boolean held;

  SimTicket(
      long number,
      String request,
      String claims,
      String client,
      long ttlNanos,
      boolean run,
      SimClient owner) {
    this.number = number;
    this.request = request;
    this.claims = claims;
    this.client = client;
    this.ttlNanos = ttlNanos;
    this.run = run;
    this.owner = owner;
  }

  boolean conflictsWith(SimTicket other) {
    return conflict(claims, other.claims);
  }

  /** Claims as text, {@code X:/a,S:/b}; scopes are compared component by component. */
  static boolean conflict(String one, String other) {
    for (String a : one.split(",", -1)) {
      for (String b : other.split(",", -1)) {
        boolean shared = a.charAt(0) == 'S' && b.charAt(0) == 'S';
        if (!shared && overlap(parts(a), parts(b))) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<String> parts(String claim) {
    List<String> parts = new ArrayList<>();
    for (String part : claim.substring(2).split("/", -1)) {
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    return parts;
  }

  private static boolean overlap(List<String> a, List<String> b) {
    int common = Math.min(a.size(), b.size());
    return a.subList(0, common).equals(b.subList(0, common));
  }

  /** Whether the earliest of these that it conflicts with stands before it. */
  @Nullable SimTicket firstInTheWay(Iterable<SimTicket> tickets) {
    for (SimTicket other : tickets) {
      if (other != this && (other.held || other.number < number) && conflictsWith(other)) {
        return other;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return number + " " + claims + " of " + owner.process + (held ? " held till " + until : "");
  }
}
