package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;

/** The parser by hand reads what it reads as the parser of annotations does. */
final class RunArgumentsTest {
  private static final int RANDOM_LINES = 1_500;

  /** What command lines are made of: all options, near misses, values, words. */
  private static final List<String> WORDS =
      List.of(
          "--repo",
          "--repo=/a",
          "--scope",
          "--scope=/name/x",
          "--worktree",
          "--shared",
          "--wait",
          "--wait=3s",
          "--ttl",
          "--ttl=1s",
          "--label",
          "--label=a=b",
          "--label=",
          "-E",
          "-E=3",
          "-E7",
          "--conflict-exit-code",
          "--conflict-exit-code=9",
          "--on-lost",
          "--on-lost=warn",
          "--git-locks",
          "--git-locks=ignore",
          "--quiet",
          "--json",
          "--verbose",
          "--help",
          "-h",
          "--quiet=false",
          "--quie",
          "--",
          "-",
          "",
          "git",
          "/a",
          "12",
          "-5",
          "0x10",
          "--x",
          "@f",
          "'q'",
          "\"r\"",
          "none",
          "99999999999");

  @Test
  void both_parsers_agree_on_every_line_that_the_quick_one_takes() {
    Random random = new Random(1);
    int taken = 0;
    for (int i = 0; i < RANDOM_LINES; i++) {
      List<String> line = new ArrayList<>();
      for (int words = random.nextInt(8); words >= 0; words--) {
        line.add(WORDS.get(random.nextInt(WORDS.size())));
      }
      taken += assertAgreed(line.toArray(new String[0])) ? 1 : 0;
    }
    assertTrue(taken > RANDOM_LINES / 20, () -> "hardly any line was taken");
  }

  /** Whether the quick one took it. */
  private static boolean assertAgreed(String... line) {
    RunCommand quick = RunArguments.parse(line, 0);
    if (quick == null) {
      return false;
    }
    RunCommand slow = new RunCommand();
    try {
      parser(slow).parseArgs(line);
    } catch (ParameterException e) {
      throw new AssertionError("taken, and wrong: " + Arrays.toString(line), e);
    }
    assertEquals(values(slow).toString(), values(quick).toString(), () -> Arrays.toString(line));
    return true;
  }

  private static CommandLine parser(RunCommand command) {
    return new CommandLine(command).setExpandAtFiles(false).setStopAtPositional(true);
  }

  /** All that either parser can set. */
  private static Map<String, @Nullable Object> values(RunCommand command) {
    Map<String, @Nullable Object> values = new TreeMap<>();
    for (ArgSpec arg : parser(command).getCommandSpec().args()) {
      try {
        values.put(arg.toString(), arg.getter().get());
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-- true",
        "true",
        "--worktree -- git commit -m x",
        "--repo /a --repo=/b --scope /name/x --wait 3s --ttl=5s --label l -E 9 --on-lost warn -- c",
        "--shared --quiet --json --verbose --git-locks ignore -- c --help"
      })
  void what_people_write_is_read_quickly(String line) {
    assertNotNull(RunArguments.parse(line.split(" ", -1), 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "-h",
        "--",
        "--wait",
        "--wait -- c",
        "--nonsense -- c",
        "--quiet --quiet -- c",
        "-E x -- c",
        "-E 99999999999 -- c",
        "--label= -- c"
      })
  void what_is_wrong_or_strange_is_left_to_the_other(String line) {
    assertNull(RunArguments.parse(line.split(" ", -1), 0));
  }

  @Test
  void every_option_of_run_is_known_to_both() {
    List<String> unknown = new ArrayList<>();
    for (String name : parser(new RunCommand()).getCommandSpec().optionsMap().keySet()) {
      boolean flag = RunArguments.parse(new String[] {name, "c"}, 0) != null;
      boolean option = RunArguments.parse(new String[] {name, "12", "c"}, 0) != null;
      if (!flag && !option && !List.of("--help", "-h").contains(name)) {
        unknown.add(name);
      }
    }
    assertEquals(List.of(), unknown);
  }
}
