package dev.lockbroker.cli;

import dev.lockbroker.core.git.Incident;
import dev.lockbroker.core.journal.KeeperView;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.LeaseKind;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code status --json}: one object on one line. Members may be added, never removed or given
 * another meaning within a schema number.
 *
 * <pre>
 * schema         1
 * broker         null if none answers, else {version, pid, uptimeMillis, socket, log, stateFolder,
 *                sessions, repositories}
 * repositories   [{
 *   path         what a person calls it
 *   journal      the folder of its journal
 *   trouble      null, or why the journal could not be read (tickets is empty then)
 *   tickets      leases, then waiters in their order: [{
 *     ticket     number, as force-release wants it
 *     token      fencing token; 0 while it waits
 *     state      waiting | running | stopped | orphaned | dead | unknown
 *     position   1 = next; 0 for a lease
 *     waiters    how many compete for that place; 0 for a lease
 *     kind       run (kept by processes) | lease (kept by its ttl)
 *     claims     [{mode: exclusive | shared, scope}]
 *     client     pid of the process that asked
 * pid        of the process at work: a worker, else the client
 *     workers    [pid] of live processes that the lease is for
 *     keepers    the same in full: [{pid, stopped, command}]
 *     command    command line of the process at work; empty if not visible
 *     label      as its client gave it
 *     sinceMillis  held or waiting for so long
 *     leftMillis   ttl left; 0 while it waits. A run lease with workers outlives it.
 *   }]
 *   leftovers    what leases that ended without a word left in git's directory, latest first: [{
 *     ticket, reason (died | expired | forced), label, pid, endedMillis (since 1970),
 *     told       whether the next holder has been told
 *     undo       the folder that dead lock files were moved to
 *     found      [{what: moved | kept | unfinished | note, path, text}]
 *   }]
 * }]
 * </pre>
 */
final class StatusJson {
  private static final int SCHEMA = 1;

  private StatusJson() {}

  static String of(List<RepositoryReport> repositories, @Nullable BrokerInfo broker) {
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
      json.end().array("leftovers");
      for (Incident incident : repository.incidents()) {
        LeftoverText.members(json.object(), incident, repository.journalDirectory()).end();
      }
      json.end().end();
    }
    return json.end().end().toString();
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
