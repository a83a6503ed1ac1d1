package dev.lockbroker.cli.git;

import dev.lockbroker.core.table.Scope;
import java.nio.charset.StandardCharsets;

/**
 * Scopes named after refs. Almost every ref name is a scope as it is; what a scope may not contain
 * is written as {@code %XX}, so that two names never share a scope, but for names that are too long
 * for any: those take the scope around them all.
 */
final class ScopeNames {
  private static final String HEX = "0123456789ABCDEF";

  private ScopeNames() {}

  /**
   * The scope {@code <parent>/<name>}.
   *
   * @param parent such as {@code /branch}
   * @param name anything, even what git would refuse
   */
  static String of(String parent, String name) {
    StringBuilder out = new StringBuilder(parent);
    int start = 0;
    while (start <= name.length()) {
      int slash = name.indexOf('/', start);
      int end = slash < 0 ? name.length() : slash;
      out.append('/');
      component(name, start, end, out);
      start = end + 1;
    }
    String scope = out.toString();
    return scope.getBytes(StandardCharsets.UTF_8).length <= Scope.MAX_BYTES ? scope : parent;
  }

  private static void component(String name, int start, int end, StringBuilder out) {
    if (start == end) {
      // Alone, a percent sign stands for nothing: as a character it is always %25.
      out.append('%');
      return;
    }
    boolean isDots = name.startsWith(".", start) && name.charAt(end - 1) == '.' && end - start <= 2;
    for (int i = start; i < end; i++) {
      char c = name.charAt(i);
      if (c == '%' || isDots || Character.isISOControl(c)) {
        out.append('%').append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
      } else if (isHalf(name, i)) {
        out.append("%u").append(HEX.charAt(c >> 12 & 15)).append(HEX.charAt(c >> 8 & 15));
        out.append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
      } else {
        out.append(c);
      }
    }
  }

  /** Whether this is half of a surrogate pair without the other. */
  private static boolean isHalf(String name, int i) {
    char c = name.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 >= name.length() || !Character.isLowSurrogate(name.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(name.charAt(i - 1)));
  }
}
