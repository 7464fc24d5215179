package io.github.grpconce.demo.runtime;

import java.io.PrintWriter;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in two lines what is wrong with a command line, or with the environment behind it. */
final class UsageErrors implements IParameterExceptionHandler {

  private final EnvironmentDefaults defaults;

  UsageErrors(EnvironmentDefaults defaults) {
    this.defaults = defaults;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine line = failure.getCommandLine();
    PrintWriter err = line.getErr();
    err.printf("%s: %s%s%n", line.getCommandName(), failure.getMessage(), origin(failure, args));
    UnmatchedArgumentException.printSuggestions(failure, err);
    err.printf("Try '%s --help'.%n", line.getCommandName());
    return ServiceProcess.USAGE;
  }

  /** The message names the flag even where the value came from the environment. */
  private String origin(ParameterException failure, String[] args) {
    if (failure.getArgSpec() instanceof OptionSpec option
        && defaults.has(option)
        && Arrays.stream(args).noneMatch(arg -> arg.startsWith(option.longestName()))) {
      return " (from the environment variable " + defaults.variable(option) + ")";
    }
    return "";
  }
}
