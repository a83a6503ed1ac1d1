package dev.lockbroker.core.table;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command comes to: entries to write, or the reason why there are none.
 *
 * @param entries to be applied in this order; empty if nothing has to change
 * @param refusal null unless refused
 */
public record Decision(List<Entry> entries, @Nullable Refusal refusal) {
  static final Decision NOTHING = new Decision(List.of(), null);

  static Decision write(Entry entry) {
    return new Decision(List.of(entry), null);
  }

  static Decision refuse(Refusal refusal) {
    return new Decision(List.of(), refusal);
  }
}
