package dev.lockbroker.cli.git;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An alias taken apart into words, by git's own rules ({@code split_cmdline}). */
final class AliasText {
  private AliasText() {}

  /** The words; null if git would refuse to take it apart. */
  static @Nullable List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    boolean isOpen = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == 0 && isSpace(c)) {
        if (isOpen) {
          words.add(word.toString());
          word.setLength(0);
          isOpen = false;
        }
        continue;
      }
      isOpen = true;
      if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else if (c == '\\' && quote != '\'') {
        i++;
        if (i == text.length()) {
          return null;
        }
        word.append(text.charAt(i));
      } else {
        word.append(c);
      }
    }
    if (isOpen) {
      words.add(word.toString());
    }
    return quote == 0 ? words : null;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x0b || c == '\f';
  }
}
