package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Completion, manual pages and colours, as the programs that read them see them. */
@Timeout(120)
class ShellIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private Path completion(String shell) throws Exception {
    String script = box.lockctl(box.root(), "completion", shell).run().exits(0).out();
    return Files.writeString(box.root().resolve("lockctl." + shell), script);
  }

  @Test
  void bash_completes_commands_options_values_and_what_is_run() throws Exception {
    Tools.require("bash", "bash");
    Files.createFile(box.root().resolve("some.file"));
    List<String> lines =
        List.of(
            "lockctl bro",
            "lockctl broker sta",
            "lockctl broker start --idle",
            "lockctl run --on-lost $",
            "lockctl run --on-lost = te",
            "lockctl run --repo some.f",
            "lockctl run -- bas",
            "lockctl run --wait 5s cat some.f",
            "lockctl completion f");
    String out =
        box.command(box.root(), "bash", Tools.script("complete.sh"), completion("bash").toString())
            .stdin(String.join("\n", lines) + "\n")
            .run()
            .exits(0)
            .out();
    List<String> answers = out.lines().map(String::strip).toList();
    assertEquals("broker", answers.get(0));
    assertEquals("start", answers.get(1));
    assertEquals("--idle-exit", answers.get(2));
    assertEquals("term warn", answers.get(3));
    assertEquals("term", answers.get(4));
    assertEquals("some.file", answers.get(5));
    assertTrue(answers.get(6).contains("bash"), out);
    assertEquals("some.file", answers.get(7));
    assertEquals("fish", answers.get(8));
  }

  @Test
  void fish_completes_them_too() throws Exception {
    Tools.require("fish", "fish");
    Files.createFile(box.root().resolve("some.file"));
    Path script = completion("fish");
    String program = "source " + script + "; for line in $argv; complete -C $line; echo; end";
    String out =
        box.command(
                box.root(),
                "fish",
                "--no-config",
                "-c",
                program,
                "lockctl bro",
                "lockctl broker sta",
                "lockctl run --on-lost ",
                "lockctl run --wait 5s cat some.f",
                "lockctl run -- bas",
                "lockctl completion f")
            .run()
            .exits(0)
            .out();
    for (String expected :
        List.of("broker\t", "start\t", "term\t", "warn\t", "\nsome.file", "\nbash", "\nfish")) {
      assertTrue(("\n" + out).contains(expected), out);
    }
  }

  @Test
  void zsh_completes_them_too() throws Exception {
    Tools.require("zsh", "zsh");
    Tools.require("python3", "python3");
    Files.createFile(box.root().resolve("some.file"));
    String out =
        box.command(
                box.root(),
                "python3",
                Tools.script("complete.py"),
                completion("zsh").toString(),
                "lockctl bro",
                "lockctl broker start --idle",
                "lockctl run --on-lost te",
                "lockctl run --on-lost=wa",
                "lockctl run cat some.f",
                "lockctl run -- cat some.f",
                "lockctl completion ba")
            .run()
            .exits(0)
            .out();
    assertEquals(
        List.of(
            "lockctl broker",
            "lockctl broker start --idle-exit",
            "lockctl run --on-lost term",
            "lockctl run --on-lost=warn",
            "lockctl run cat some.file",
            "lockctl run -- cat some.file",
            "lockctl completion bash"),
        out.lines().map(String::strip).toList());
  }

  @Test
  void every_command_has_a_manual_page_that_no_reader_complains_of() throws Exception {
    Path folder = box.root().resolve("man");
    box.lockctl(box.root(), "manual", folder.toString()).run().exits(0);
    List<Path> pages;
    try (Stream<Path> files = Files.list(folder)) {
      pages = files.sorted().toList();
    }
    String commands = Files.readString(folder.resolve("lockctl.1"));
    assertTrue(pages.contains(folder.resolve("lockctl-broker-start.1")), pages.toString());
    assertTrue(pages.size() > 12, pages.toString());
    for (Path page : pages) {
      String name = page.getFileName().toString();
      List<String> words = new ArrayList<>(List.of(name.replace(".1", "").split("-", -1)));
      words.remove(0);
      String text = Files.readString(page);
      if (words.size() == 1) {
        assertTrue(commands.contains("\n.B " + words.get(0) + "\n"), name);
      }
      assertTrue(text.contains(".SH \"SYNOPSIS\"") && text.contains("\\-\\-help"), name);
      for (List<String> reader :
          List.of(
              List.of("groff", "-man", "-ww", "-Tutf8", "-z", page.toString()),
              List.of("mandoc", "-T", "lint", "-W", "warning", page.toString()))) {
        if (Tools.has(reader.get(0))) {
          Child read = box.command(box.root(), reader.toArray(new String[0])).run().exits(0);
          assertEquals("", read.out() + read.err(), name);
        }
      }
    }
  }

  @Test
  void colours_are_for_terminals_and_for_who_wants_them() throws Exception {
    Tools.require("script", "bsdutils");
    String lockctl = "'" + Sandbox.dist().resolve("bin/lockctl") + "' --help";
    String escape = "\u001b[";
    assertTrue(onTerminal(lockctl, "xterm", "").contains(escape));
    assertFalse(onTerminal(lockctl, "dumb", "").contains(escape));
    assertFalse(onTerminal(lockctl, "xterm", "1").contains(escape));
    String piped = box.lockctl(box.root(), "--help").env("TERM", "xterm").run().exits(0).out();
    assertFalse(piped.contains(escape));
    assertTrue(piped.contains("lockctl"));
  }

  private String onTerminal(String command, String kind, String noColour) throws Exception {
    return box.command(box.root(), "script", "-qec", command, "/dev/null")
        .env("TERM", kind)
        .env("NO_COLOR", noColour)
        .run()
        .exits(0)
        .out();
  }
}
