package io.github.grpconce.demo;

import io.github.grpconce.demo.audit.Verdict;
import io.github.grpconce.demo.harness.HarnessException;
import io.github.grpconce.demo.report.FiguresJson;
import io.github.grpconce.demo.report.FiguresTable;
import io.github.grpconce.demo.runtime.StartupException;
import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Runs the same orders without and with grpc-once while responses get lost, connections are reset
 * and the payment service is killed, and shows what has become of the orders and of the money.
 *
 * <p>Standard output gets the table and, if asked for, the JSON object; standard error gets the
 * progress. The exit status is that of the {@link Verdict}, {@value #USAGE} if the flags are wrong,
 * or {@value #NOT_RUN} if the demo itself failed. Ctrl-C ends the services and removes the
 * temporary directory with their data; SIGKILL ends them, too, and leaves it.
 */
@Command(
    name = "demo",
    usageHelpWidth = 100,
    description = {
      "Places the same orders twice, without grpc-once and with it, at two real services, while"
          + " responses are lost, connections are reset, calls are delayed and the payment service"
          + " is killed. Then reads the services' stores back and shows what was charged.",
      "",
      "Data and logs are in a temporary directory, grpc-once-demo-*. It is removed in the end, unless"
          + " an order went wrong with grpc-once, the demo failed, or it was ended by SIGKILL.",
      ""
    },
    footerHeading = "%nWhat the figures say (their names are those of --json):%n",
    footer = {
      "  orders                     purchases that the shopper wants to make, each once",
      "  confirmed                  those whose shopper was told OK in the end",
      "  attempts                   calls to place or charge an order that reached a service",
      "  charges                    charges in the payment service's books",
      "  ordersChargedTwice         purchases with more than one charge",
      "  ordersChargedNotConfirmed  purchases with a charge whose shopper was not told OK",
      "  ordersLost                 purchases whose shopper was told OK, but which are not in the",
      "                             order service's store, or not charged in the payment service's",
      "  moneyMissing               cents by which the customers' accounts are off from paying for",
      "                             each confirmed purchase once",
      "  replays                    attempts that were answered from a record",
      "  inProgress                 executions of the order service that never ended",
      "  breaches                   everything in the stores that must not be: orders twice, half",
      "                             done, unpaid or paid for nothing, wrong answers, lost money",
      "  kills, seconds             SIGKILLs of the payment service; time until the last answer"
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:With grpc-once every order was charged exactly once, and without it some were not.",
      "1:With grpc-once something is in the stores that must not be, or a shopper was told wrongly.",
      "2:The flags are wrong.",
      "3:The faults proved nothing: without grpc-once no order was charged twice, or with it no call"
          + " was answered from a record.",
      "4:The demo could not be run."
    })
public final class Demo implements Callable<Integer> {

  /** picocli's own, too. */
  static final int USAGE = 2;

  static final int NOT_RUN = 4;

  private final PrintStream out;
  private final PrintStream err;

  @Mixin private final DemoOptions options = new DemoOptions();

  private Demo(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs the demo and ends the process. */
  public static void main(String... args) {
    System.exit(run(System.out, System.err, args));
  }

  /** Runs the demo, and returns the exit status. */
  static int run(PrintStream out, PrintStream err, String... args) {
    return new CommandLine(new Demo(out, err))
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler((failure, arguments) -> misused(failure))
        .setExecutionExceptionHandler((failure, line, parsed) -> failed(failure, line.getErr()))
        .execute(args);
  }

  @Override
  public Integer call() throws Exception {
    DemoSettings settings = options.settings();
    err.println(settings.plan());
    try (Interruption interruption = new Interruption()) {
      return compare(settings, interruption);
    }
  }

  private int compare(DemoSettings settings, Interruption interruption) throws Exception {
    Workspace workspace = Workspace.create();
    boolean disposable = false;
    try {
      Comparison comparison = Comparison.make(settings, workspace, err);
      Verdict verdict = Verdict.on(comparison.unguarded(), comparison.guarded());
      print(settings, comparison, verdict);
      if (verdict.exitStatus() != Verdict.BROKEN) {
        comparison.discardData();
        disposable = true;
      }
      return verdict.exitStatus();
    } finally {
      if (disposable || interruption.isAsked()) {
        workspace.delete();
      } else {
        err.println("the services' logs and data are kept in " + workspace.root());
      }
    }
  }

  private void print(DemoSettings settings, Comparison comparison, Verdict verdict) {
    out.println();
    out.print(FiguresTable.draw(comparison.unguarded(), comparison.guarded()));
    out.println();
    verdict.sentences().forEach(out::println);
    if (options.json()) {
      out.println(
          FiguresJson.write(
              settings.seed(), settings.store(), comparison.unguarded(), comparison.guarded()));
    }
  }

  /** Failures of the services come with their logs; of others the stack trace tells more. */
  private static int failed(Exception failure, PrintWriter err) {
    Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
    if (cause instanceof HarnessException || cause instanceof StartupException) {
      err.println("demo: " + cause.getMessage());
    } else if (cause instanceof InterruptedException) {
      err.println("demo: interrupted");
    } else if (cause instanceof StatusRuntimeException) {
      err.println("demo: the accounts cannot be opened: " + cause.getMessage());
    } else {
      failure.printStackTrace(err);
    }
    return NOT_RUN;
  }

  private static int misused(CommandLine.ParameterException failure) {
    PrintWriter err = failure.getCommandLine().getErr();
    err.println("demo: " + failure.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("Try './demo --help'.");
    return USAGE;
  }
}
