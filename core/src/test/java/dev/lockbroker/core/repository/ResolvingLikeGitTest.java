package dev.lockbroker.core.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.repository.Lockable.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every answer is compared with that of the real git, and, where no environment is involved, with
 * that of JGit.
 *
 * <p>JGit is known to differ, and is not asked, in this: it takes a wrong working tree for {@code
 * --separate-git-dir} and for {@code GIT_DIR} alone (so only git and common directories are
 * compared, and its paths are made real first); from a symbolic link it climbs to the parents of
 * the link instead of those of its target; a carriage return or line break in a gitfile is part of
 * the path, or its end; and it does not know all forms of HEAD.
 */
class ResolvingLikeGitTest {
  @TempDir private Path temporary;
  private Path lab;
  private Path state;
  private Path main;

  @BeforeEach
  void makeRepository() throws IOException {
    lab = Files.createDirectories(temporary.toRealPath().resolve("lab"));
    state = lab.resolve("state");
    main = repository("main");
  }

  private Path repository(String name) throws IOException {
    Path top = Files.createDirectories(lab.resolve(name));
    Git.run(top, "init", "-q", "-b", "trunk");
    Git.run(top, "commit", "-q", "--allow-empty", "-m", "first");
    return top;
  }

  private Path folder(Path parent, String name) throws IOException {
    return Files.createDirectories(parent.resolve(name));
  }

  private Path worktree(Path repository, String name) throws IOException {
    Git.run(repository, "worktree", "add", "-q", "--detach", lab.resolve(name).toString());
    return lab.resolve(name);
  }

  private Lockable resolve(Path start, Map<String, String> environment) throws Exception {
    return RepositoryResolver.resolve(start, environment, state);
  }

  private Lockable agreed(Path start) throws Exception {
    Lockable ours = agreed(start, Map.of());
    FileRepositoryBuilder builder = new FileRepositoryBuilder().findGitDir(start.toFile());
    try (Repository theirs = builder.build()) {
      assertEquals(theirs.getDirectory().toPath().toRealPath(), ours.gitDirectory());
      assertEquals(theirs.getCommonDirectory().toPath().toRealPath(), ours.key());
    }
    return ours;
  }

  private Lockable agreed(Path start, Map<String, String> environment) throws Exception {
    Lockable ours = resolve(start, environment);
    assertEquals(Git.revParse(start, environment, "--git-dir"), ours.gitDirectory());
    assertEquals(Git.revParse(start, environment, "--git-common-dir"), ours.key());
    assertEquals(ours.key().resolve("lockbroker"), ours.journalDirectory());
    assertEquals(Kind.GIT, ours.kind());
    return ours;
  }

  private void agreedNone(Path start, Map<String, String> environment) throws Exception {
    assertEquals(128, Git.ask(start, environment, "rev-parse", "--git-dir").exitCode());
    Lockable ours = resolve(start, environment);
    assertEquals(Kind.PATH, ours.kind());
    assertEquals(start.toRealPath(), ours.key());
    assertNull(ours.gitDirectory());
    assertNull(ours.worktree());
  }

  private String refused(Path start, Map<String, String> environment) throws Exception {
    assertEquals(128, Git.ask(start, environment, "rev-parse", "--git-dir").exitCode());
    ResolutionException refusal =
        assertThrows(ResolutionException.class, () -> resolve(start, environment));
    return String.valueOf(refusal.getMessage());
  }

  @Test
  void the_top_and_all_below_it_are_the_main_working_tree() throws Exception {
    Path deep = folder(main, "a/b/c");
    for (Path start : new Path[] {main, deep}) {
      Lockable found = agreed(start);
      assertEquals(Lockable.MAIN_WORKTREE, found.worktree());
      assertEquals(main, found.shown());
    }
  }

  @Test
  void a_file_belongs_where_its_folder_does() throws Exception {
    Path file = Files.createFile(folder(main, "a").resolve("file"));
    assertEquals(agreed(main), resolve(file, Map.of()));
  }

  @Test
  void a_linked_worktree_shares_the_key_and_has_its_own_id() throws Exception {
    Path linked = worktree(main, "linked");
    for (Path start : new Path[] {linked, folder(linked, "a/b")}) {
      Lockable found = agreed(start);
      assertEquals(agreed(main).key(), found.key());
      assertEquals("linked", found.worktree());
      assertEquals(main, found.shown());
    }
  }

  @Test
  void the_id_of_a_worktree_need_not_be_the_name_of_its_folder() throws Exception {
    worktree(main, "x/same");
    assertEquals("same1", agreed(worktree(main, "y/same")).worktree());
    Git.run(
        main, "worktree", "move", lab.resolve("x/same").toString(), lab.resolve("z").toString());
    assertEquals("same", agreed(lab.resolve("z")).worktree());
  }

  @Test
  void a_worktree_called_main_is_not_the_main_one() throws Exception {
    assertEquals("main", agreed(worktree(main, "w/main")).worktree());
    assertEquals(":main", agreed(main).worktree());
  }

  @Test
  void symbolic_links_lead_to_the_same_key() throws Exception {
    Path deep = folder(main, "a/b");
    Path link = Files.createSymbolicLink(lab.resolve("link"), deep);
    assertEquals(agreed(main), agreed(link, Map.of()));
    Path linked = worktree(main, "linked");
    Path other = Files.createSymbolicLink(lab.resolve("other"), linked);
    assertEquals(agreed(linked), agreed(other));
  }

  @Test
  void a_symbolic_link_as_git_directory_is_followed() throws Exception {
    Path moved = Files.move(main.resolve(".git"), lab.resolve("elsewhere"));
    Files.createSymbolicLink(main.resolve(".git"), moved);
    assertEquals(moved, agreed(main).key());
    assertEquals(main, agreed(main).shown());
  }

  @Test
  void inside_the_git_directory_it_is_still_the_main_working_tree() throws Exception {
    assertEquals(agreed(main), agreed(main.resolve(".git")));
    assertEquals(agreed(main), agreed(main.resolve(".git/refs/heads")));
    assertEquals(agreed(main), agreed(folder(main, ".git/lockbroker/run")));
  }

  @Test
  void inside_the_git_directory_of_a_worktree_it_is_that_worktree() throws Exception {
    Path linked = worktree(main, "linked");
    assertEquals(agreed(linked), agreed(main.resolve(".git/worktrees/linked")));
  }

  @Test
  void a_bare_repository_has_no_main_working_tree() throws Exception {
    Git.run(lab, "init", "-q", "--bare", "bare.git");
    Path bare = lab.resolve("bare.git");
    for (Path start : new Path[] {bare, bare.resolve("refs/heads")}) {
      Lockable found = agreed(start);
      assertNull(found.worktree());
      assertEquals(bare, found.shown());
    }
    Map<String, String> tree = Map.of("GIT_DIR", bare.toString(), "GIT_WORK_TREE", main.toString());
    assertEquals(Lockable.MAIN_WORKTREE, agreed(lab, tree).worktree());
  }

  @Test
  void a_bare_repository_can_have_linked_worktrees() throws Exception {
    Git.run(lab, "clone", "-q", "--bare", main.toString(), "bare.git");
    Lockable found = agreed(worktree(lab.resolve("bare.git"), "linked"));
    assertEquals("linked", found.worktree());
    assertEquals(lab.resolve("bare.git"), found.key());
  }

  @Test
  void a_submodule_is_a_repository_of_its_own() throws Exception {
    Path outer = repository("outer");
    Git.run(outer, "submodule", "--quiet", "add", main.toString(), "mod");
    Lockable found = agreed(folder(outer, "mod/deep"));
    assertEquals(outer.resolve(".git/modules/mod"), found.key());
    assertEquals(Lockable.MAIN_WORKTREE, found.worktree());
    assertEquals(outer.resolve("mod"), found.shown());
    assertEquals(":main", agreed(outer.resolve(".git/modules/mod")).worktree());
  }

  @Test
  void a_separate_git_directory_is_found_from_both_ends() throws Exception {
    Git.run(lab, "init", "-q", "--separate-git-dir", "apart", "work");
    Lockable found = agreed(lab.resolve("work"));
    assertEquals(lab.resolve("apart"), found.key());
    assertEquals(lab.resolve("work"), found.shown());
    assertEquals(Lockable.MAIN_WORKTREE, agreed(lab.resolve("apart")).worktree());
  }

  @Test
  void a_gitfile_may_be_relative_and_end_in_any_line_breaks() throws Exception {
    Path other = folder(lab, "p/q");
    Files.writeString(other.resolve(".git"), "gitdir: ../../main/.git\r\n\n");
    assertEquals(agreed(main).key(), agreed(other, Map.of()).key());
  }

  @Test
  void names_may_hold_anything() throws Exception {
    Utf8.assume();
    for (String name :
        new String[] {"with space", "line\nbreak", "ü日本😀", "-q", "a%20b", ".", "#"}) {
      Path top = repository("odd/" + name + "/x");
      agreed(folder(top, name));
      Path linked = worktree(top, "linked/" + name + "/y " + name);
      agreed(folder(linked, name), Map.of());
    }
  }

  @Test
  void a_git_directory_that_is_no_repository_is_passed_by() throws Exception {
    Path deep = folder(main, "deep");
    folder(deep, ".git");
    assertEquals(agreed(main), agreed(deep));
    Files.writeString(deep.resolve(".git/HEAD"), "ref: refs/heads/trunk\n");
    assertEquals(agreed(main), agreed(deep));
    folder(deep, ".git/objects");
    assertEquals(agreed(main), agreed(deep));
    folder(deep, ".git/refs");
    assertEquals(deep.resolve(".git"), agreed(deep).key());
  }

  @Test
  void a_head_is_a_branch_or_a_commit_or_an_old_kind_of_link() throws Exception {
    Path head = main.resolve(".git/HEAD");
    for (String content : new String[] {"ref:\t refs/heads/x", "0".repeat(40), "a".repeat(64)}) {
      Files.writeString(head, content);
      assertEquals(main.resolve(".git"), agreed(main, Map.of()).key());
    }
    for (String content : new String[] {"", "ref: heads/x", "0".repeat(39), "x".repeat(40)}) {
      Files.writeString(head, content);
      agreedNone(main, Map.of());
    }
    Files.delete(head);
    Files.createSymbolicLink(head, Path.of("refs/heads/trunk"));
    assertEquals(main.resolve(".git"), agreed(main, Map.of()).key());
  }

  @Test
  void a_dangling_link_as_git_directory_is_passed_by() throws Exception {
    Path deep = folder(main, "deep");
    Files.createSymbolicLink(deep.resolve(".git"), Path.of("/nowhere/at/all"));
    assertEquals(agreed(main), agreed(deep));
  }

  @Test
  void a_broken_gitfile_is_an_error_and_nobody_looks_further() throws Exception {
    Path deep = folder(main, "deep");
    for (String content :
        new String[] {"", "garbage", "gitdir:../.git", "gitdir: ", "gitdir: /no"}) {
      Files.writeString(deep.resolve(".git"), content);
      assertTrue(refused(deep, Map.of()).startsWith("'" + deep.resolve(".git") + "' "), content);
    }
    Files.writeString(deep.resolve(".git"), "gitdir: /no");
    assertEquals(
        "'"
            + deep
            + "/.git' points to '/no', which is no git repository (any more); run 'git"
            + " worktree repair' where the repository is now, or remove the file",
        refused(deep, Map.of()));
  }

  @Test
  void a_pipe_in_the_place_of_a_file_holds_nobody() throws Exception {
    Path deep = folder(main, "deep");
    new ProcessBuilder("mkfifo", deep.resolve(".git").toString()).start().waitFor();
    assertThrows(ResolutionException.class, () -> resolve(deep, Map.of()));
    Files.delete(main.resolve(".git/HEAD"));
    new ProcessBuilder("mkfifo", main.resolve(".git/HEAD").toString()).start().waitFor();
    assertEquals(Kind.PATH, resolve(main, Map.of()).kind());
  }

  @Test
  void a_worktree_whose_repository_is_gone_is_an_error() throws Exception {
    Path linked = worktree(main, "linked");
    Path kept = Files.move(main.resolve(".git"), lab.resolve("kept"));
    assertTrue(refused(linked, Map.of()).contains("git worktree repair"));
    folder(main, ".git/worktrees");
    Files.move(kept.resolve("worktrees/linked"), main.resolve(".git/worktrees/linked"));
    assertTrue(refused(linked, Map.of()).contains("git worktree repair"));
  }

  @Test
  void a_path_in_no_repository_is_a_lockable_of_its_own() throws Exception {
    Path plain = folder(lab, "plain");
    agreedNone(plain, Map.of());
    Path file = Files.createFile(plain.resolve("file"));
    Lockable found = resolve(file, Map.of());
    assertEquals(file, found.key());
    assertEquals(state.resolve("paths"), found.journalDirectory().getParent());
    assertTrue(found.journalDirectory().getFileName().toString().matches("[0-9a-f]{16}"));
  }

  @Test
  void a_path_that_does_not_exist_has_an_error_of_its_own() {
    Path missing = main.resolve("missing");
    NoSuchPathException refusal =
        assertThrows(NoSuchPathException.class, () -> resolve(missing, Map.of()));
    assertEquals(
        "'" + missing + "' cannot be locked, for it does not exist; check the path",
        refusal.getMessage());
  }

  @Test
  void git_dir_is_taken_instead_of_looking() throws Exception {
    Path plain = folder(lab, "plain");
    Path linked = worktree(main, "linked");
    assertEquals(main.resolve(".git"), agreed(plain, Map.of("GIT_DIR", main + "/.git")).key());
    assertEquals(main.resolve(".git"), agreed(plain, Map.of("GIT_DIR", "../main/.git")).key());
    assertEquals("linked", agreed(plain, Map.of("GIT_DIR", linked + "/.git")).worktree());
    assertEquals(":main", agreed(main, Map.of("GIT_DIR", ".git")).worktree());
  }

  @Test
  void a_wrong_git_dir_is_an_error_even_inside_a_repository() throws Exception {
    for (String wrong : new String[] {"/nowhere", "", "..", main.toString(), "/dev/null"}) {
      assertTrue(
          refused(main, Map.of("GIT_DIR", wrong)).startsWith("GIT_DIR is set to '" + wrong), wrong);
    }
    assertTrue(refused(main.resolve(".git"), Map.of("GIT_DIR", "")).contains("GIT_DIR"));
  }

  @Test
  void git_common_dir_is_believed() throws Exception {
    Path other = repository("other");
    Map<String, String> common = Map.of("GIT_COMMON_DIR", other + "/.git");
    assertEquals(other.resolve(".git"), agreed(main, common).key());
    Map<String, String> relative = Map.of("GIT_COMMON_DIR", "../other/.git");
    assertEquals(other.resolve(".git"), agreed(main, relative).key());
    agreedNone(folder(lab, "plain"), common);
  }

  @Test
  void git_work_tree_changes_nothing_about_where_the_repository_is() throws Exception {
    Map<String, String> tree = Map.of("GIT_WORK_TREE", folder(lab, "plain").toString());
    assertEquals(agreed(main), agreed(main, tree));
    agreedNone(lab.resolve("plain"), tree);
  }

  @Test
  void ceilings_stop_the_search_below_them() throws Exception {
    Path deep = folder(main, "a/b");
    String link = Files.createSymbolicLink(lab.resolve("link"), main).toString();
    String top = main.toString();
    for (String ceiling :
        new String[] {top, top + "/", top + "/a", "/:" + top, "no:" + top, link}) {
      agreedNone(deep, Map.of("GIT_CEILING_DIRECTORIES", ceiling));
    }
    for (String ceiling :
        new String[] {
          "",
          "/",
          lab.toString(),
          deep.toString(),
          "main",
          ":" + link,
          top.substring(0, top.length() - 1),
          top + "/missing"
        }) {
      agreed(deep, Map.of("GIT_CEILING_DIRECTORIES", ceiling));
    }
    agreed(main, Map.of("GIT_CEILING_DIRECTORIES", top));
  }
}
