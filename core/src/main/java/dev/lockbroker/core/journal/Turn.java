package dev.lockbroker.core.journal;

import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.Outcome;
import java.util.List;

/**
 * What one transaction, or one look at the journal, brought.
 *
 * @param outcomes one for each command, in their order, as it stands in the journal
 * @param news all entries that came in since the last turn, whoever wrote them, own ones included
 * @param replaced the journal is another file than before (the first look, compaction, deletion,
 *     reboot): the news are not the whole story, look at the table
 */
public record Turn(List<Outcome> outcomes, List<Entry> news, boolean replaced) {}
