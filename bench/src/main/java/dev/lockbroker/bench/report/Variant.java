package dev.lockbroker.bench.report;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is written in a variant: {@code waiters=1000}, {@code in 8 worktrees}. */
final class Variant {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");

  /** By the text before the first number, then by the number, then by all of it. */
  static final Comparator<String> ORDER =
      Comparator.comparing(Variant::before)
          .thenComparing(text -> number(text).orElse(-1))
          .thenComparing(Comparator.naturalOrder());

  private Variant() {}

  /** The first number in it: what a plot is drawn over. */
  static OptionalLong number(String variant) {
    Matcher matcher = NUMBER.matcher(variant);
    return matcher.find()
        ? OptionalLong.of(new BigInteger(matcher.group()).longValueExact())
        : OptionalLong.empty();
  }

  private static String before(String variant) {
    Matcher matcher = NUMBER.matcher(variant);
    return matcher.find() ? variant.substring(0, matcher.start()) : variant;
  }
}
