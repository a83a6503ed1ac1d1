package dev.lockbroker.cli;

import dev.lockbroker.core.process.Printable;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** From arguments to an exit code: parses, runs, and makes one line of whatever goes wrong. */
final class CommandLines {
  private CommandLines() {}

  /** The parser of everything. */
  static CommandLine parser() {
    return prepared(new CommandLine(new Lockctl()));
  }

  /** The parser for these arguments: of {@code run} alone, where that is what they begin with. */
  private static CommandLine parser(String... args) {
    return args.length > 0 && args[0].equals(RunCommand.NAME)
        ? prepared(
            new CommandLine(new RunCommand()).setCommandName("lockctl ".concat(RunCommand.NAME)))
        : parser();
  }

  private static CommandLine prepared(CommandLine line) {
    // Arguments are taken as they are: @name is no file of arguments.
    line.setExpandAtFiles(false);
    line.setColorScheme(Colours.ofAnswers().scheme());
    stopAtCommand(line);
    line.getSubcommands().values().forEach(CommandLines::stopAtCommand);
    return line;
  }

  /** From its first word on, a command line is its own. */
  private static void stopAtCommand(CommandLine line) {
    if (line.getCommand() instanceof RunCommand || line.getCommand() instanceof GitCommand) {
      line.setStopAtPositional(true);
      line.setUnmatchedOptionsArePositionalParams(line.getCommand() instanceof GitCommand);
    }
  }

  /** Runs a command line; never throws. */
  static int run(String... args) {
    int exit = execute(args);
    if (exit != ExitCode.OK && isAcquire(args)) {
      // Whatever went wrong: a shell that evaluates nothing would go on without its lock.
      Console.answer(ShellCode.failing(exit));
    }
    return exit;
  }

  private static boolean isAcquire(String... args) {
    for (String arg : args) {
      if (!arg.startsWith("-")) {
        return arg.equals(AcquireCommand.NAME);
      }
    }
    return false;
  }

  private static int execute(String... args) {
    CommandLine line = parser(args);
    boolean isRun = line.getCommand() instanceof RunCommand;
    ParseResult parsed;
    try {
      parsed = line.parseArgs(isRun ? Arrays.copyOfRange(args, 1, args.length) : args);
    } catch (ParameterException e) {
      Console.say(sentence(e));
      return ExitCode.USAGE;
    }
    List<CommandLine> chain = parsed.asCommandLineList();
    CommandLine last = chain.get(chain.size() - 1);
    if (last.isUsageHelpRequested()) {
      Console.answer(last.getUsageMessage().stripTrailing());
      return ExitCode.OK;
    }
    if (line.isVersionHelpRequested()) {
      Console.answer(Version.line());
      return ExitCode.OK;
    }
    Object command = last.getCommandSpec().userObject();
    if (!(command instanceof Callable<?> callable)) {
      Console.sayRaw(last.getUsageMessage().stripTrailing());
      return ExitCode.USAGE;
    }
    return Failures.call(callable, isVerbose(parsed));
  }

  private static boolean isVerbose(ParseResult parsed) {
    return parsed.hasMatchedOption("--verbose")
        || (parsed.hasSubcommand() && isVerbose(parsed.subcommand()));
  }

  private static String sentence(ParameterException trouble) {
    CommandLine command = trouble.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String what = what(trouble, name);
    return what + "; see '" + name + " --help'";
  }

  private static String what(ParameterException trouble, String name) {
    if (trouble instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched, name);
    }
    if (trouble instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      return missing.getMissing().get(0).isOption()
          ? trouble(trouble)
          : name + " needs " + missing.getMissing().get(0).paramLabel();
    }
    return trouble(trouble);
  }

  private static String unmatched(UnmatchedArgumentException trouble, String name) {
    String word = trouble.getUnmatched().get(0);
    boolean isOption = trouble.isUnknownOption();
    String nearest = Nearest.to(word, names(trouble.getCommandLine(), isOption));
    String what =
        (isOption ? "unknown option " : "unknown argument ")
            + Shown.quoted(word)
            + " of '"
            + name
            + "'";
    return nearest == null ? what : what + "; did you mean " + nearest + "?";
  }

  private static List<String> names(CommandLine command, boolean options) {
    return options
        ? List.copyOf(command.getCommandSpec().optionsMap().keySet())
        : List.copyOf(command.getSubcommands().keySet());
  }

  private static String trouble(ParameterException trouble) {
    @Nullable String message = trouble.getMessage();
    return message == null ? "a wrong argument" : lowered(Printable.text(message));
  }

  private static String lowered(String sentence) {
    return sentence.isEmpty()
        ? sentence
        : Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
  }
}
