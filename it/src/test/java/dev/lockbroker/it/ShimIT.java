package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A {@code git} on {@code PATH} that queues, and that nobody can tell from git. */
class ShimIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  /** Installs it; the search path with it first. */
  private String install(String name) throws Exception {
    Path folder = box.root().resolve(name);
    box.lockctl(box.root(), "shim", "install", "--dir", folder.toString()).run().exits(0);
    return folder + ":" + searchPath();
  }

  private String searchPath() {
    return box.environment().getOrDefault("PATH", "");
  }

  @Test
  void git_is_the_same_with_it() throws Exception {
    String path = install("shim");
    Path place = box.root().resolve("place");
    List<String> without = played(place, searchPath());
    box.command(box.root(), "rm", "-rf", place.toString()).run().exits(0);
    List<String> with = played(place, path);
    assertTrue(Files.exists(place.resolve("repo/.git/lockbroker/journal")), "it took no lock");
    assertEquals(without.size(), with.size());
    for (int i = 0; i < with.size(); i++) {
      assertEquals(without.get(i), with.get(i));
    }
  }

  /** Each command with its answer, and then what has become of the repository. */
  private List<String> played(Path place, String path) throws Exception {
    Files.createDirectories(place);
    List<String> told = new ArrayList<>();
    for (String command : GitSession.COMMANDS) {
      told.add(answer(place, command, path));
    }
    for (String question : GitSession.QUESTIONS) {
      told.add(answer(place, question, searchPath()));
    }
    return told;
  }

  private String answer(Path place, String command, String path) throws Exception {
    Path repo = place.resolve("repo");
    Child child =
        box.command(Files.exists(repo) ? repo : place, "sh", "-c", command)
            .env("PATH", path)
            .env("GIT_AUTHOR_DATE", "1700000000 +0100")
            .env("GIT_COMMITTER_DATE", "1700000000 +0100")
            .env("GIT_EDITOR", "sed -i 's/^/edited /'")
            .run();
    String answer = command + "\n= " + child.exit() + "\n" + child.out() + "--\n" + child.err();
    box.forget(child);
    return answer;
  }

  @Test
  void writers_wait_and_readers_do_not() throws Exception {
    String path = install("shim");
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Child holder = box.locked(repo.path(), gate.pass("holder")).start();
    gate.await("holder");
    Child writer = git(repo, path, "commit -qm waited --allow-empty").start();
    Deadline.await("it waits", () -> writer.err().contains("waiting"));
    for (String reader : List.of("status", "log -1", "branch", "config user.name x --get")) {
      // Where no Java is: none is needed.
      git(repo, path, reader + " || [ $? = 1 ]").env("JAVA_HOME", "/nowhere").run().exits(0);
    }
    git(repo, path, "tag past").env("LOCKBROKER_DISABLE", "1").run().exits(0);
    assertTrue(writer.isAlive());
    gate.open();
    writer.exits(0);
    holder.exits(0);
    assertEquals("waited\n", repo.git("log", "-1", "--format=%s"));
  }

  private Command git(Repo repo, String path, String command) {
    return box.command(repo.path(), "sh", "-c", "git " + command).env("PATH", path);
  }

  @Test
  void what_the_caller_exports_reaches_hooks_unchanged() throws Exception {
    String path = install("shim");
    Repo repo = box.repo("repo");
    repo.hook(
        "pre-commit", "env | grep -v -e ^LOCKBROKER_ -e ^GIT_CONFIG_ -e ^PATH= -e ^_= | sort");
    // A project that is built with an older Java.
    Path old = box.folder("jdk8");
    Files.createDirectory(old.resolve("bin"));
    Files.createSymbolicLink(old.resolve("bin/java"), Path.of("/bin/false"));
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"1.8.0_1\"\n");
    List<String> told = new ArrayList<>();
    for (String search : List.of(searchPath(), path)) {
      Command commit = git(repo, search, "commit -qm x --allow-empty").env("JAVA_HOME", old);
      for (String name :
          List.of(
              "version name home main java jdk line quiet flags folder self x".split(" ", -1))) {
        commit.env(name, "the caller's");
      }
      commit.env("LC_ALL", "C").env("GIT_AUTHOR_DATE", "1700000000 +0100").env("LANG", "");
      told.add(commit.run().exits(0).err());
    }
    assertTrue(told.get(0).contains("\nversion=the caller's\n"), told.get(0));
    assertEquals(told.get(0), told.get(1));
  }

  @Test
  void it_never_calls_itself() throws Exception {
    String one = install("one");
    Repo repo = box.repo("repo");
    String two = box.root().resolve("two") + ":" + one;
    box.lockctl(box.root(), "shim", "install", "--dir", box.root().resolve("two").toString())
        .env("PATH", one)
        .run()
        .exits(0);
    // A program of the user's that looks for the next git, as we do.
    Path wrapper = box.folder("wrapper").resolve("git");
    Files.writeString(wrapper, "#!/bin/sh\nPATH=${PATH#*/wrapper:} exec git \"$@\"\n");
    assertTrue(wrapper.toFile().setExecutable(true));
    Path link = box.folder("link");
    Files.createSymbolicLink(link.resolve("git"), box.root().resolve("one/git"));
    // A hook under it says git again, with it first on PATH.
    repo.hook("pre-commit", "PATH='" + two + "'; touch in.hook; git add in.hook && git status -s");
    int commits = 1;
    for (String path :
        List.of(one, two, box.root() + "/wrapper:" + two, link + ":" + one, one + ":" + two)) {
      git(repo, path, "commit -qm x --allow-empty").run().exits(0);
      git(repo, path, "log -1").run().exits(0);
      commits++;
    }
    git(repo, "/bin:/usr/bin", "--version; exec ../one/git rev-list --count HEAD").run().exits(0);
    assertEquals(commits + "\n", repo.git("rev-list", "--count", "HEAD"));
    assertEquals("in.hook\n", repo.git("ls-files"));
  }

  @Test
  void without_lockctl_git_goes_on_and_says_so() throws Exception {
    String path = install("shim");
    Path script = box.root().resolve("shim/git");
    String text = Files.readString(script);
    Files.writeString(script, text.replace("/bin/lockctl'", "/bin/gone'"));
    Repo repo = box.repo("repo");
    Child commit = git(repo, path, "commit -qm x --allow-empty").run().exits(0);
    assertEquals(1, commit.errLines().size(), commit.err());
    assertTrue(commit.err().startsWith("lockctl: not found"), commit.err());
    assertEquals("", git(repo, path, "log -1").run().exits(0).err());
    assertTrue(Files.notExists(repo.locks()));
    Files.writeString(script, text.replaceAll("lockbroker_known='.*'", "lockbroker_known=/no"));
    Child none = box.command(repo.path(), script.toString(), "log").env("PATH", "/no").run();
    none.exits(127);
    assertTrue(none.err().startsWith("lockctl: no git"), none.err());
  }

  @Test
  void only_what_is_ours_is_written_over_or_removed() throws Exception {
    Path folder = box.root().resolve("home/.local/share/lockbroker/shim");
    String path = folder + ":" + searchPath();
    assertEquals(1, box.lockctl(box.root(), "shim", "status").run().exit());
    String told = box.lockctl(box.root(), "shim", "install").run().exits(0).out();
    assertTrue(told.contains("export PATH='" + folder + "':\"$PATH\""), told);
    assertEquals(1, box.lockctl(box.root(), "shim", "status").run().exit());
    box.lockctl(box.root(), "shim", "status").env("PATH", path).run().exits(0);
    Child json = box.lockctl(box.root(), "shim", "status", "--json").env("PATH", path).run();
    assertTrue(json.exits(0).out().contains("\"in_effect\":true"), json.out());
    box.lockctl(box.root(), "shim", "install").env("PATH", path).run().exits(0);
    box.lockctl(box.root(), "shim", "remove").run().exits(0);
    assertTrue(Files.notExists(folder));

    Path elsewhere = box.folder("foreign");
    Path foreign = Files.writeString(elsewhere.resolve("git"), "#!/bin/sh\n# mine\n");
    for (String command : List.of("install", "remove")) {
      Child refused =
          box.lockctl(box.root(), "shim", command, "--dir", elsewhere.toString()).run().exits(73);
      assertEquals(1, refused.errLines().size(), refused.err());
    }
    assertEquals("#!/bin/sh\n# mine\n", Files.readString(foreign));
  }
}
