package dev.lockbroker.core.git;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.git.Incident.Item;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each clause of the proof: where only it is missing, the file stays. */
class ClearingTest {
  private static final String INDEX = "index.lock";

  @TempDir Path root;
  private Scene scene;

  @BeforeEach
  void makeScene() throws IOException {
    scene = new Scene(root);
  }

  private void requireKept(String name, String why) {
    assertTrue(scene.isThere(name), name + " is gone");
    assertTrue(scene.why(7, name).contains(why), () -> "said: " + scene.why(7, name));
  }

  @Test
  void dead_locks_of_a_dead_lease_are_moved_aside_and_written_down() throws IOException {
    List<String> names =
        List.of(
            INDEX,
            "HEAD.lock",
            "ORIG_HEAD.lock",
            "next-index-12.lock",
            "index.stash.12",
            "config.worktree.lock",
            "info/sparse-checkout.lock",
            "packed-refs.lock",
            "packed-refs.new",
            "config.lock",
            "shallow.lock",
            "objects/maintenance.lock",
            "objects/info/commit-graph.lock",
            "objects/info/commit-graphs/commit-graph-chain.lock",
            "objects/pack/multi-pack-index.lock",
            "refs/heads/main.lock",
            "refs/heads/deep/er/x.lock",
            "refs/stash.lock",
            "logs/refs/heads/main.lock",
            "worktrees/w/HEAD.lock",
            "worktrees/w/index.lock");
    scene.tree("w");
    for (String name : names) {
      scene.file(name);
    }
    scene.dies(scene.lease(7, "X:/"));
    for (String name : names) {
      assertFalse(scene.isThere(name), name);
      assertTrue(scene.isAside(7, name), name);
    }
    Incident incident = scene.incidents.list().get(0);
    assertEquals(7, incident.ticket());
    assertEquals("robot", incident.label());
    assertEquals("died", incident.reason());
    assertEquals(4711, incident.pid());
    assertEquals(names.size(), incident.items(Item.Kind.MOVED).size());
    assertEquals(names.size(), incident.items().size());
    assertEquals(1, scene.aftermath.takeReports().size());
    assertEquals(0, scene.aftermath.takeReports().size());
  }

  @Test
  void what_is_no_lock_is_not_touched() throws IOException {
    List<String> names =
        List.of(
            "index",
            "HEAD",
            "foo.lock",
            "lfs/lock.lock",
            "objects/ab/tmp_obj_1",
            "packed-refs",
            "objects/pack/tmp_pack_1",
            "lockbroker/x.lock",
            "index.lock.bak",
            "refs/heads/lock");
    for (String name : names) {
      scene.file(name);
    }
    scene.dies(scene.lease(7, "X:/"));
    for (String name : names) {
      assertTrue(scene.isThere(name), name);
    }
    assertEquals(List.of(), scene.incidents.list());
    assertFalse(Files.exists(scene.journal.resolve("undo")));
  }

  @Test
  void a_normal_end_touches_nothing() throws IOException {
    scene.file(INDEX);
    scene.ends(scene.lease(7, "X:/"), EndReason.RELEASED);
    assertTrue(scene.isThere(INDEX));
    scene.ends(scene.lease(7, "X:/", LeaseKind.LEASE, scene.machine.uid, 0), EndReason.EXPIRED);
    assertTrue(scene.isThere(INDEX));
    assertEquals(List.of(), scene.incidents.list());
  }

  @Test
  void a_run_lease_that_lapsed_with_all_its_workers_dead_is_cleared() throws IOException {
    scene.file(INDEX);
    scene.ends(scene.lease(7, "X:/"), EndReason.EXPIRED);
    assertTrue(scene.isAside(7, INDEX));
  }

  @Test
  void after_force_everything_stays_because_the_command_may_live() throws IOException {
    scene.file(INDEX);
    scene.file("packed-refs.lock");
    scene.ends(scene.lease(7, "X:/"), EndReason.FORCED);
    requireKept(INDEX, "may still live");
    requireKept("packed-refs.lock", "may still live");
  }

  @Test
  void a_lock_older_than_the_lease_stays() throws IOException {
    scene.file(INDEX);
    scene.machine.wallShiftSeconds = 3_600; // the grant was 59 minutes after it was made
    scene.dies(scene.lease(7, "X:/"));
    requireKept(INDEX, "not made during that lease");
  }

  @Test
  void a_lock_that_nobody_can_explain_is_reported_once_and_not_after_every_death()
      throws IOException {
    scene.file(INDEX);
    scene.machine.wallShiftSeconds = 3_600;
    scene.dies(scene.lease(7, "X:/"));
    scene.dies(scene.lease(8, "X:/"));
    assertEquals(List.of(7L), scene.incidents.list().stream().map(Incident::ticket).toList());
    assertTrue(scene.isThere(INDEX));
  }

  @Test
  void a_lock_from_the_future_stays() throws IOException {
    scene.file(INDEX);
    scene.machine.wallShiftSeconds = -3_600;
    scene.dies(scene.lease(7, "X:/"));
    requireKept(INDEX, "not made during that lease");
  }

  @Test
  void a_stop_between_two_looks_at_clocks_does_not_make_a_lock_older_than_its_lease()
      throws IOException {
    scene.file(INDEX);
    scene.machine.stopSeconds = 120;
    scene.dies(scene.lease(7, "X:/"));
    assertTrue(scene.isAside(7, INDEX));
  }

  @Test
  void where_the_time_of_birth_is_not_told_everything_stays() throws IOException {
    scene.file(INDEX);
    for (Path ours : List.of(scene.journal.resolve("journal"), scene.journal)) {
      // What Java answers then: the time of the last change.
      FileTime born = Files.readAttributes(ours, BasicFileAttributes.class).creationTime();
      Files.setLastModifiedTime(ours, born);
    }
    scene.dies(scene.lease(7, "X:/"));
    requireKept(INDEX, "does not tell when");
  }

  @Test
  void a_link_or_a_folder_stays() throws IOException {
    Path target = scene.file("somewhere");
    Files.createSymbolicLink(scene.common.resolve(INDEX), target);
    Files.createDirectory(scene.common.resolve("HEAD.lock"));
    scene.dies(scene.lease(7, "X:/"));
    requireKept(INDEX, "no regular file");
    requireKept("HEAD.lock", "no regular file");
    assertTrue(Files.exists(target));
  }

  @Test
  void a_lock_of_another_user_stays() throws IOException {
    scene.file(INDEX);
    Ticket foreign =
        scene.lease(
            7, "X:/", LeaseKind.RUN, scene.machine.uid + 1, FakeMachine.NOW - 1_000_000_000);
    scene.dies(foreign);
    requireKept(INDEX, "another user");
  }

  @Test
  void a_lock_in_a_working_tree_that_was_not_claimed_stays() throws IOException {
    scene.tree("w");
    scene.file(INDEX);
    scene.file("worktrees/w/index.lock");
    scene.dies(scene.lease(7, "X:/worktree/w"));
    assertTrue(scene.isThere(INDEX));
    assertTrue(scene.isAside(7, "worktrees/w/index.lock"));
    scene.file("worktrees/w/index.lock");
    scene.dies(scene.lease(8, "S:/"));
    scene.dies(scene.lease(9, "X:/worktree/ww,S:/worktree/w"));
    assertTrue(scene.isThere("worktrees/w/index.lock"));
    assertTrue(scene.isThere(INDEX));
  }

  @Test
  void a_shared_lock_stays_if_the_lease_was_about_something_else() throws IOException {
    scene.file("packed-refs.lock");
    scene.dies(scene.lease(7, "X:/name/deploy"));
    requireKept("packed-refs.lock", "not about git");
  }

  @Test
  void a_shared_lock_waits_for_the_end_of_the_other_leases_of_that_time() throws IOException {
    scene.file("packed-refs.lock");
    scene.file("refs/heads/main.lock");
    Ticket other = scene.lease(3, "X:/worktree/b");
    Ticket third = scene.lease(5, "X:/worktree/c");
    scene.dies(scene.lease(7, "X:/worktree/:main"), other, third);
    assertTrue(scene.isThere("packed-refs.lock"));
    assertEquals(List.of(), scene.incidents.list(), "others may just be using them");
    Files.delete(scene.common.resolve("refs/heads/main.lock"));
    scene.file("refs/heads/main.lock");
    Ticket later = scene.lease(9, "X:/worktree/:main");
    scene.ends(other, EndReason.RELEASED, third, later);
    assertTrue(scene.isThere("packed-refs.lock"));
    scene.ends(third, EndReason.RELEASED, later);
    assertTrue(scene.isAside(7, "packed-refs.lock"));
    assertTrue(scene.isThere("refs/heads/main.lock"), "this is another one, made since");
    assertFalse(Files.exists(scene.journal.resolve("pending")));
    assertEquals(1, scene.incidents.list().size());
  }

  @Test
  void nothing_is_moved_while_a_process_of_the_lease_lives_anywhere() throws IOException {
    scene.file(INDEX);
    scene.file("gc.pid.lock");
    scene.machine.process(50, "python", "/", List.of("python", "x.py"));
    scene.machine.carriers.add(new ProcessIdentity(50, 100, 4026531836L, scene.machine.uid));
    scene.dies(scene.lease(7, "X:/"));
    requireKept(INDEX, "pid 50 'python x.py', started under that lease, lives");
    requireKept("gc.pid.lock", "lives");
    scene.machine.carriers.clear();
    scene.machine.wallShiftSeconds = 3;
    scene.ends(scene.lease(9, "X:/"), EndReason.RELEASED);
    assertTrue(scene.isAside(7, INDEX), "tried again when it had gone");
    assertEquals("", scene.why(7, INDEX));
  }

  @Test
  void gits_own_daemons_prove_nothing() throws IOException {
    scene.file(INDEX);
    String top = scene.top.toString();
    scene.machine.process(50, "git", top, List.of("git", "fsmonitor--daemon", "run"));
    scene.machine.process(51, "git", top, List.of("/usr/bin/git", "-c", "a=b", "log", "-p"));
    scene.machine.carriers.add(new ProcessIdentity(50, 100, 4026531836L, scene.machine.uid));
    scene.dies(scene.lease(7, "X:/"));
    assertTrue(scene.isAside(7, INDEX));
  }

  @Test
  void nothing_is_moved_when_the_processes_cannot_be_looked_at() throws IOException {
    scene.file(INDEX);
    scene.machine.failsToLook = true;
    scene.dies(scene.lease(7, "X:/"));
    requireKept(INDEX, "could not all be looked at");
  }

  @Test
  void what_could_not_be_proved_at_once_is_proved_while_the_next_holder_waits() throws IOException {
    scene.file(INDEX);
    scene.machine.failsToLook = true;
    scene.dies(scene.lease(7, "X:/"));
    requireKept(INDEX, "could not all be looked at");
    scene.machine.failsToLook = false;
    Ticket next = scene.lease(8, "X:/");
    scene.aftermath.prolonged(next, List.of(next));
    assertTrue(scene.isThere(INDEX), "it was tried a moment ago");
    scene.machine.wallShiftSeconds = 3;
    scene.aftermath.prolonged(next, List.of(next));
    assertTrue(scene.isAside(7, INDEX));
  }

  @Test
  void nothing_is_moved_when_processes_may_be_hidden() throws IOException {
    scene.file(INDEX);
    Files.delete(scene.machine.proc.resolve("self"));
    scene.dies(scene.lease(7, "X:/"));
    requireKept(INDEX, "not every process");
  }

  @Test
  void a_living_git_in_the_repository_keeps_the_lock() throws IOException {
    scene.file(INDEX);
    String inside = scene.top.resolve("src/deep").toString();
    scene.machine.process(60, "git", inside, List.of("git", "commit", "-a"));
    scene.dies(scene.lease(7, "X:/"));
    requireKept(INDEX, "pid 60 'git commit -a' may have made it");
  }

  @Test
  void a_living_git_that_names_the_repository_keeps_the_lock() throws IOException {
    String top = scene.top.toString();
    List<String> commit = List.of("git", "commit");
    String gitDir = "GIT_DIR=" + scene.common;
    List<Runnable> ways =
        List.of(
            () -> scene.machine.process(60, "git", "/", List.of("git", "-C", top, "commit")),
            () -> scene.machine.process(60, "git", "/", commit, "A=b", gitDir),
            () -> scene.machine.process(60, "git", "/", commit, "GIT_WORK_TREE=" + top),
            () ->
                scene.machine.process(
                    60, "git", "/", List.of("git", "--git-dir=" + scene.common, "add", "x")),
            () ->
                scene.machine.process(
                    60, "git", root.toString(), List.of("git", "-C", "repo", "add")));
    for (Runnable way : ways) {
      scene.file(INDEX);
      Path seen = scene.machine.proc.resolve("60");
      if (Files.exists(seen)) {
        for (String name : List.of("stat", "cmdline", "environ", "cwd")) {
          Files.delete(seen.resolve(name));
        }
      }
      way.run();
      scene.dies(scene.lease(7, "X:/"));
      requireKept(INDEX, "pid 60");
    }
  }

  @Test
  void a_living_git_whose_place_cannot_be_seen_keeps_the_lock() throws IOException {
    scene.file(INDEX);
    scene.machine.process(60, "git", "/", List.of("git", "commit"));
    scene.machine.hideDirectoryOf(60);
    scene.dies(scene.lease(7, "X:/"));
    requireKept(INDEX, "pid 60");
  }

  @Test
  void a_living_git_elsewhere_keeps_nothing() throws IOException {
    scene.file(INDEX);
    scene.machine.process(60, "git", "/", List.of("git", "commit"));
    scene.dies(scene.lease(7, "X:/"));
    assertTrue(scene.isAside(7, INDEX));
  }

  @Test
  void a_living_git_of_another_working_tree_keeps_only_what_it_can_have_made() throws IOException {
    Path top = scene.tree("w");
    scene.machine.process(60, "git", top.toString(), List.of("git", "commit", "-a"));
    scene.file(INDEX);
    scene.file("HEAD.lock");
    scene.file("packed-refs.lock");
    scene.dies(scene.lease(7, "X:/worktree/:main"));
    assertTrue(scene.isAside(7, INDEX));
    assertTrue(scene.isAside(7, "HEAD.lock"));
    requireKept("packed-refs.lock", "pid 60");
    scene.machine.process(61, "git", top.toString(), List.of("git", "gc", "--auto"));
    scene.file("HEAD.lock");
    scene.dies(scene.lease(7, "X:/worktree/:main"));
    requireKept("HEAD.lock", "pid 61");
  }

  @Test
  void a_lock_that_somebody_has_open_stays() throws IOException {
    scene.machine.opens(FakeMachine.SELF, scene.file(INDEX));
    scene.dies(scene.lease(7, "X:/"));
    requireKept(INDEX, "has it open");
  }

  @Test
  void gc_pid_stays_while_the_process_that_it_names_lives() throws IOException {
    String host = Layout.firstLine(Path.of("/proc/sys/kernel/hostname"));
    Path pid = scene.common.resolve("gc.pid");
    scene.machine.process(70, "python", "/", List.of("python"));
    Files.writeString(pid, "70 " + host);
    scene.dies(scene.lease(7, "X:/"));
    requireKept("gc.pid", "pid 70, lives");
    Files.writeString(pid, "70 elsewhere");
    scene.dies(scene.lease(7, "X:/"));
    requireKept("gc.pid", "another machine");
    Files.writeString(pid, "71 " + host);
    scene.dies(scene.lease(7, "X:/"));
    assertTrue(scene.isAside(7, "gc.pid"));
  }

  @Test
  void packed_refs_new_stays_with_its_lock() throws IOException {
    Files.createSymbolicLink(scene.common.resolve("packed-refs.lock"), Path.of("x"));
    scene.file("packed-refs.new");
    scene.dies(scene.lease(7, "X:/"));
    requireKept("packed-refs.new", "packed-refs.lock has to stay");
    Files.delete(scene.common.resolve("packed-refs.lock"));
    scene.dies(scene.lease(8, "X:/"));
    assertTrue(scene.isAside(8, "packed-refs.new"), "it is in the way without it, too");
  }

  @Test
  void a_file_that_was_replaced_since_it_was_looked_at_stays() throws IOException {
    Path file = scene.file(INDEX);
    Tree main = Layout.of(scene.common).trees().get(0);
    Leftover seen = Leftover.of(scene.common, file, Leftover.Kind.INDEX, main);
    Files.move(file, root.resolve("kept so that its inode is not used again"));
    scene.file(INDEX);
    Doubt doubt = new Undo(scene.journal).moveAside(seen, 7);
    assertTrue(doubt != null && doubt.why().contains("changed"));
    assertTrue(scene.isThere(INDEX));
  }

  @Test
  void half_made_working_trees_are_moved_aside_whole_and_others_are_not() throws IOException {
    for (String id : List.of("half", "bare", "locked", "fine")) {
      scene.tree(id);
    }
    Files.writeString(scene.common.resolve("worktrees/half/locked"), "initializing");
    Files.delete(scene.common.resolve("worktrees/bare/commondir"));
    Files.writeString(scene.common.resolve("worktrees/locked/locked"), "on a stick");
    scene.dies(scene.lease(7, "X:/"));
    assertTrue(scene.isAside(7, "worktrees/half/gitdir"));
    assertTrue(scene.isAside(7, "worktrees/bare/gitdir"));
    assertTrue(scene.isThere("worktrees/locked/gitdir"));
    assertTrue(scene.isThere("worktrees/fine/gitdir"));
  }

  @Test
  void unfinished_operations_are_reported_and_never_ended() throws IOException {
    scene.tree("w");
    Files.createDirectories(scene.common.resolve("rebase-merge"));
    scene.file("worktrees/w/MERGE_HEAD");
    scene.dies(scene.lease(7, "X:/"));
    Incident incident = scene.incidents.list().get(0);
    String top = scene.top.toString();
    assertTrue(incident.items().contains(new Item(Item.Kind.UNFINISHED, top, "rebase")));
    assertEquals(2, incident.items(Item.Kind.UNFINISHED).size());
    assertTrue(scene.isThere("rebase-merge"));
    assertTrue(scene.isThere("worktrees/w/MERGE_HEAD"));
    scene.machine.wallShiftSeconds = 3_600;
    scene.dies(scene.lease(9, "X:/"));
    assertNull(scene.incidents.of(9), "it was unfinished before that lease");
  }

  @Test
  void folders_behind_links_are_not_looked_into() throws IOException {
    Path outside = Files.createDirectories(root.resolve("outside/heads"));
    Files.writeString(outside.resolve("x.lock"), "");
    Files.createSymbolicLink(scene.common.resolve("refs/link"), outside);
    scene.dies(scene.lease(7, "X:/"));
    assertTrue(Files.exists(outside.resolve("x.lock")));
    assertEquals(List.of(), scene.incidents.list());
  }

  @Test
  void nothing_is_moved_through_a_link_in_the_place_of_our_folder() throws IOException {
    scene.file(INDEX);
    Path outside = Files.createDirectories(root.resolve("outside"));
    Files.createSymbolicLink(scene.journal.resolve("undo"), outside);
    scene.dies(scene.lease(7, "X:/"));
    requireKept(INDEX, "could not be moved aside");
    assertEquals(0, OwnFolder.names(outside).size());
  }

  @Test
  void trouble_of_any_kind_ends_no_transaction() throws IOException {
    scene.file(INDEX);
    Files.writeString(scene.journal.resolve("incidents"), "a file in the place of the folder");
    scene.dies(scene.lease(7, "X:/"));
    assertEquals(2, scene.aftermath.takeReports().size());
    assertTrue(scene.isAside(7, INDEX));
  }

  @Test
  void a_journal_outside_a_repository_has_nothing_to_clear() throws IOException {
    scene.file(INDEX);
    Files.delete(scene.common.resolve("HEAD"));
    scene.dies(scene.lease(7, "X:/"));
    assertTrue(scene.isThere(INDEX));
  }

  @Test
  void what_was_moved_aside_can_be_put_back() throws IOException {
    Path file = scene.file(INDEX);
    scene.dies(scene.lease(7, "X:/"));
    Files.move(scene.journal.resolve("undo/7/index.lock"), file);
    assertEquals("content of index.lock", Files.readString(file));
  }

  @Test
  void undo_keeps_the_latest_tickets_only() throws IOException {
    for (int ticket = 1; ticket <= Undo.MOST_TICKETS + 5; ticket++) {
      scene.file(INDEX);
      scene.dies(scene.lease(ticket, "X:/"));
    }
    assertFalse(scene.isAside(5, INDEX));
    assertTrue(scene.isAside(6, INDEX));
    assertEquals(Undo.MOST_TICKETS, OwnFolder.names(scene.journal.resolve("undo")).size());
    assertEquals(Incidents.MOST, OwnFolder.names(scene.journal.resolve("incidents")).size());
  }
}
