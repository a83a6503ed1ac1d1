package dev.lockbroker.cli;

import dev.lockbroker.core.git.Incident;
import dev.lockbroker.core.git.NativeLocks;
import dev.lockbroker.core.journal.KeeperView;
import dev.lockbroker.core.process.ProcessSight;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.LeaseKind;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code status --json}: one object on one line, as {@code docs/status.schema.json} describes it.
 * Members may be added, never removed or given another meaning within a schema number.
 */
final class StatusJson {
  private static final int SCHEMA = 1;

  private StatusJson() {}

  static String of(
      List<RepositoryReport> repositories, @Nullable BrokerInfo broker, boolean brokerMissing) {
    Json json = new Json().object().put("schema", SCHEMA);
    if (broker == null) {
      json.put("broker", (String) null);
    } else {
      broker.members(json.object("broker")).end();
    }
    json.array("repositories");
    for (RepositoryReport repository : repositories) {
      json.object().put("path", repository.path().toString());
      json.put("journal", repository.journalDirectory().toString());
      json.put("trouble", repository.trouble()).array("tickets");
      for (TicketReport ticket : repository.tickets()) {
        ticket(json, ticket);
      }
      json.end().array("gitLocks");
      for (NativeLocks.View lock : repository.gitLocks()) {
        gitLock(json, lock);
      }
      json.end().array("leftovers");
      for (Incident incident : repository.incidents()) {
        LeftoverText.members(json.object(), incident, repository.journalDirectory()).end();
      }
      NextStep next = NextStep.of(repository, brokerMissing);
      json.end().put("next_action", next.action().word()).put("next_step", next.text()).end();
    }
    return json.end().end().toString();
  }

  private static void gitLock(Json json, NativeLocks.View lock) {
    json.object().put("file", lock.file().toString()).put("worktree", lock.tree());
    json.put("ageMillis", lock.ageMillis()).array("suspects");
    for (ProcessSight suspect : lock.suspects()) {
      json.object().put("pid", suspect.pid()).put("uid", suspect.uid());
      json.put("command", suspect.shown()).end();
    }
    json.end().end();
  }

  private static void ticket(Json json, TicketReport report) {
    json.object().put("ticket", report.ticket().number()).put("token", report.token());
    json.put("state", report.view().state());
    json.put("position", report.position()).put("waiters", report.rivals());
    json.put("kind", report.ticket().kind() == LeaseKind.RUN ? "run" : "lease").array("claims");
    for (Claim claim : report.ticket().claims().list()) {
      json.object().put("mode", claim.mode().name().toLowerCase(Locale.ROOT));
      json.put("scope", claim.scope().path()).end();
    }
    json.end().put("client", report.ticket().client().pid());
    json.put("pid", report.view().pid()).array("workers");
    report.view().workers().forEach(json::add);
    json.end().array("keepers");
    for (KeeperView keeper : report.view().keepers()) {
      json.object().put("pid", keeper.pid()).put("stopped", keeper.isStopped());
      json.put("command", keeper.command()).end();
    }
    json.end().put("command", report.view().command()).put("label", report.ticket().label());
    json.put("sinceMillis", report.view().sinceMillis())
        .put("leftMillis", report.view().leftMillis())
        .end();
  }
}
