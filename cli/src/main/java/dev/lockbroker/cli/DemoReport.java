package dev.lockbroker.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Both rounds side by side. */
final class DemoReport {
  private static final int NAME_WIDTH = 36;
  private static final int VALUE_WIDTH = 18;

  private final int wanted;
  private final DemoResult plain;
  private final DemoResult locked;
  private final @Nullable BrokerInfo broker;

  DemoReport(int wanted, DemoResult plain, DemoResult locked, @Nullable BrokerInfo broker) {
    this.wanted = wanted;
    this.plain = plain;
    this.locked = locked;
    this.broker = broker;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(row("", "plain git", "lockctl run"));
    lines.add(row("commits wanted", wanted, wanted));
    lines.add(row("commits made", plain.made(), locked.made()));
    lines.add(row("commands failed", plain.failed(), locked.failed()));
    lines.add(row("commits with somebody else's file", plain.wrong(), locked.wrong()));
    lines.add(row("order of arrival", "none", order()));
    lines.add(row("waited for the lock (median)", "-", time(locked.medianWaitMillis())));
    lines.add(row("waited for the lock (longest)", "-", time(locked.longestWaitMillis())));
    lines.add(row("time in all", time(plain.wallMillis()), time(locked.wallMillis())));
    lines.add("");
    lines.add(
        broker == null
            ? "No broker could be started: each lockctl worked on the repository's journal itself."
            : "With a broker (pid " + broker.pid() + ") of the demonstration's own.");
    lines.add(
        "Plain git does not wait for another git: it fails at once. The time of 'lockctl run'"
            + " holds "
            + wanted
            + " starts of a JVM.");
    return lines;
  }

  private String order() {
    int overtakings = locked.overtakings();
    return overtakings == 0 ? "kept" : overtakings + " overtook";
  }

  /** To a tenth of a second; waits below it are told in milliseconds. */
  private static String time(long millis) {
    long tenths = (millis + 50) / 100;
    return millis < 1_000 ? millis + " ms" : tenths / 10 + "." + tenths % 10 + " s";
  }

  private static String row(String name, long one, long other) {
    return row(name, Long.toString(one), Long.toString(other));
  }

  private static String row(String name, String one, String other) {
    return name
        + " ".repeat(NAME_WIDTH - name.length())
        + " ".repeat(Math.max(1, VALUE_WIDTH - one.length()))
        + one
        + " ".repeat(Math.max(1, VALUE_WIDTH - other.length()))
        + other;
  }
}
