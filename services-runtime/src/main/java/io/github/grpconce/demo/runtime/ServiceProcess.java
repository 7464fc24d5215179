package io.github.grpconce.demo.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.apple.foundationdb.Database;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.server.IdempotencyServerInterceptor;
import io.grpc.ServerServiceDefinition;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * One service as a process, from its command line to its end.
 *
 * <p>A service is a picocli command whose {@code call} ends with {@link #serve}:
 *
 * <pre>{@code
 * public static void main(String... args) {
 *   ServiceProcess.main("payment", PaymentServer::new, args);
 * }
 *
 * public Integer call() {
 *   return process.serve(options, context -> new PaymentApi(context));
 * }
 * }</pre>
 *
 * <p>Standard output gets one line, {@code listening on HOST:PORT}, when calls are accepted;
 * everything else goes to standard error. Exit status: {@value #USAGE} if the flags are wrong,
 * {@value #FAILED} if the service can't start, and what the JVM makes of the signal otherwise.
 */
public final class ServiceProcess {

  static final int FAILED = 1;
  static final int USAGE = 2;

  private final String name;
  private final Function<String, @Nullable String> environment;
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final StopSignal stop;

  ServiceProcess(
      String name,
      Function<String, @Nullable String> environment,
      InputStream in,
      PrintStream out,
      PrintStream err,
      StopSignal stop) {
    this.name = name;
    this.environment = environment;
    this.in = in;
    this.out = out;
    this.err = err;
    this.stop = stop;
  }

  /**
   * Runs a service until the process is told to end, and ends the process.
   *
   * @param name stands for the service in its messages, environment variables and defaults
   * @param command makes the command that is run with {@code args}
   */
  public static void main(
      String name, Function<ServiceProcess, Callable<Integer>> command, String... args) {
    StopSignal stop = StopSignal.onProcessEnd();
    int status = FAILED;
    try {
      status =
          new ServiceProcess(name, System::getenv, System.in, System.out, System.err, stop)
              .run(command, args);
    } finally {
      stop.stopped();
    }
    System.exit(status);
  }

  int run(Function<ServiceProcess, Callable<Integer>> command, String... args) {
    EnvironmentDefaults defaults = new EnvironmentDefaults(name, environment);
    return new CommandLine(command.apply(this))
        .setCommandName(displayName())
        .registerConverter(Duration.class, new DurationFlag())
        .setDefaultValueProvider(defaults)
        .setOut(new PrintWriter(out, true, UTF_8))
        .setErr(new PrintWriter(err, true, UTF_8))
        .setParameterExceptionHandler(new UsageErrors(defaults))
        .setExecutionExceptionHandler((failure, line, parsed) -> failed(failure))
        .execute(args);
  }

  /**
   * Serves until the process is told to end; then drains, and closes the store.
   *
   * @return the exit status
   * @throws StartupException if the store can't be opened or the address is taken
   */
  public int serve(ServerOptions options, ServiceFactory factory) {
    options.check();
    Logging.start(err, options.verbose());
    if (options.endWithStdin()) {
      stop.askAtEndOf(in);
    }
    ServiceSpace space = options.space(name);
    try (Store store = options.openStore(name)) {
      serveFrom(database(store, space, options), space, options, factory);
    }
    return 0;
  }

  private static Database database(Store store, ServiceSpace space, ServerOptions options) {
    return options.markCommits()
        ? MarkedCommits.of(store.database(), space.marks())
        : store.database();
  }

  private void serveFrom(
      Database database, ServiceSpace space, ServerOptions options, ServiceFactory factory) {
    try (IdempotencyServerInterceptor guard = guard(database, space, options)) {
      ServerServiceDefinition service =
          options.unguarded()
              ? ServiceWiring.unguarded(database, space, factory)
              : ServiceWiring.guarded(database, space, guard, factory);
      serve(options, database, space, service);
    }
  }

  private void serve(
      ServerOptions options,
      Database database,
      ServiceSpace space,
      ServerServiceDefinition service) {
    String serviceName = service.getServiceDescriptor().getName();
    try (RetentionSweeper sweeper = sweeper(database, space, options);
        StoreHealth health = new StoreHealth(database, space.root(), serviceName);
        RunningServer server =
            RunningServer.start(options.address(), service, health, options.drain())) {
      if (!options.unguarded()) {
        sweeper.start();
      }
      out.printf("listening on %s:%d%n", options.address().getHostString(), server.port());
      out.flush();
      stop.await();
    }
  }

  private static IdempotencyServerInterceptor guard(
      Database database, ServiceSpace space, ServerOptions options) {
    return IdempotencyServerInterceptor.newBuilder(database, space.records())
        .lease(options.lease())
        .build();
  }

  private static RetentionSweeper sweeper(
      Database database, ServiceSpace space, ServerOptions options) {
    return RetentionSweeper.newBuilder(database, space.records())
        .retention(options.retention())
        .build();
  }

  private int failed(Exception failure) throws Exception {
    if (failure instanceof StartupException) {
      err.printf("%s: %s%n", displayName(), failure.getMessage());
      return FAILED;
    }
    throw failure;
  }

  private String displayName() {
    return "services-" + name;
  }
}
