package dev.lockbroker.bench.peer;

/** Whether a peer can be measured on this machine. */
public sealed interface Found {
  /** It can be: versions of what is used, for the report ({@code Redis 7.0.15, Redisson 4.7.0}). */
  record Here(String version) implements Found {}

  /** It cannot be: what is missing, and how to get it ({@code apt-get install redis-server}). */
  record Missing(String what, String howToGet) implements Found {}
}
