package io.github.grpconce.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.grpconce.simulation.defect.Defect;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the simulations of a range of seeds. */
@Command(
    name = "simulate",
    description =
        "Runs the simulations of a range of seeds: the whole toolkit on one thread, in virtual"
            + " time, under faults. Shows what was found in each that fails.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:Nothing was found.", "1:Something was found.", "2:The flags are wrong."})
public final class Simulate implements Callable<Integer> {

  private static final int FOUND = 1;

  // Set by picocli before any option is.
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec command;

  @Option(
      names = "--from",
      paramLabel = "SEED",
      description = "The first seed. Default: ${DEFAULT-VALUE}")
  private long from = 1;

  @Option(
      names = "--to",
      paramLabel = "SEED",
      description = "The last seed. Default: ${DEFAULT-VALUE}")
  private long to = 2_000;

  @Option(names = "--transcript", description = "Show all that happens in the first seed's run.")
  private boolean transcript;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it by itself.
  private boolean help;

  private Simulate() {}

  /** Runs simulations, and ends the process. */
  public static void main(String... args) {
    System.exit(run(new PrintWriter(System.out, true, UTF_8), args));
  }

  /** Runs simulations, and returns the exit status. */
  static int run(PrintWriter out, String... args) {
    return new CommandLine(new Simulate()).setOut(out).setErr(out).execute(args);
  }

  @Override
  public Integer call() {
    if (to < from) {
      throw new ParameterException(command.commandLine(), "--to is below --from");
    }
    PrintWriter out = command.commandLine().getOut();
    if (transcript) {
      out.println(Simulation.run(from, Defect.NONE, out::println).hash());
    }
    SeedRange.Summary summary = new SeedRange(from, to).run(() -> Defect.NONE, out::println);
    out.println(summary);
    return summary.failures().isEmpty() ? 0 : FOUND;
  }
}
