package dev.lockbroker.core.journal;

import java.lang.reflect.Field;
import java.util.Locale;

/** How often each thing happened. */
final class SimFigures {
  long runs;
  long steps;
  long points;
  long switches;
  long kills;
  long killsInside;
  long stops;
  long leaps;
  long tornWrites;
  long splitWrites;
  long shortWrites;
  long fullDisk;
  long failedOperations;
  long tears;
  long voidLines;
  long compactions;
  long reboots;
  long deletions;
  long moves;
  long forces;
  long grants;
  long resumes;
  long silences;
  long commands;
  long orphans;
  long heirs;
  long losses;
  long frozen;

  void add(SimFigures other) {
    try {
      for (Field field : SimFigures.class.getDeclaredFields()) {
        if (field.getType() == long.class) {
          field.setLong(this, field.getLong(this) + field.getLong(other));
        }
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    try {
      for (Field field : SimFigures.class.getDeclaredFields()) {
        if (field.getType() == long.class) {
          out.append(out.length() == 0 ? "" : ", ");
          out.append(
              String.format(
                  Locale.ROOT,
                  "%s %,d",
                  field.getName().replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT),
                  field.getLong(this)));
        }
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
    return out.toString();
  }
}
