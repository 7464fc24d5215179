package io.github.grpconce.testing;

import com.apple.foundationdb.Database;
import io.github.grpconce.server.ServerInterceptorBuilder;
import io.github.grpconce.testing.internal.time.WorldClock;
import io.github.grpconce.testing.internal.verdict.Prover;
import io.github.grpconce.testing.internal.verdict.Tally;
import io.github.grpconce.testing.internal.world.Recipe;
import io.github.grpconce.testing.internal.world.Trial;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Shows that calls of a guarded service take effect exactly once: a JUnit extension.
 *
 * <pre>{@code
 * @RegisterExtension
 * final ExactlyOnce exactlyOnce = ExactlyOnce.of(PaymentService::new);
 *
 * @Test
 * void charge_takesEffectOnce() {
 *   exactlyOnce
 *       .call(PaymentServiceGrpc.getChargeMethod(), chargeOf("alice", 30))
 *       .given(database -> openAccount(database, "alice", 100))
 *       .takesEffectOnce();
 * }
 * }</pre>
 *
 * <p>It makes the call in hundreds of small worlds, each with an empty database of its own in
 * memory and servers in this process. In each, something else goes wrong: the server dies, or
 * stands still, at one of the handler's reads, commits or calls; requests come twice, or from a
 * client that had given up; a commit conflicts, has an unknown result, or takes effect when another
 * execution is under way. The client asks until it has an answer. Then the effects, and all
 * answers, must be those of a world in which nothing went wrong.
 *
 * <p>Time is the world's own, and passes only when there is nothing else to do; so a test takes
 * seconds, whatever waits for whom. A handler may block. What it leaves to threads of its own is
 * waited for, in real time: then it takes longer.
 *
 * <p>Two settings of JUnit (system properties, for example) repeat what a failure names: {@code
 * grpconce.testing.seed}, and {@code grpconce.testing.world} for that world alone.
 *
 * <p>For one test at a time; not thread-safe.
 */
public final class ExactlyOnce implements BeforeEachCallback, AfterEachCallback {

  /** Makes a service that keeps what it has in a database. */
  @FunctionalInterface
  public interface Service {

    /**
     * Returns a new service, as a server that is started makes it. It shares no locks with those
     * made before, whose servers may have died while they held them.
     *
     * @param database where it keeps all that outlives the server; nobody need close it
     */
    BindableService on(Database database);
  }

  /** Makes a service that also calls other services. */
  @FunctionalInterface
  public interface CallingService {

    /**
     * Returns a new service, as {@link Service#on} does.
     *
     * @param database where it keeps all that outlives the server; nobody need close it
     * @param downstream to the services that it calls, with grpc-once's client interceptor
     */
    BindableService on(Database database, Channel downstream);
  }

  private static final long DEFAULT_SEED = 1;

  private final CallingService service;
  private final List<Service> downstream;
  private final WorldClock clock = new WorldClock();
  private final List<Proof<?, ?>> proofs = new ArrayList<>();
  private Consumer<ServerInterceptorBuilder> guarding = builder -> {};
  private Optional<ExtensionContext> test = Optional.empty();

  private ExactlyOnce(CallingService service, List<Service> downstream) {
    this.service = service;
    this.downstream = downstream;
  }

  /**
   * Tests a service that calls no others.
   *
   * @param service is asked for one whenever a server is started
   */
  public static ExactlyOnce of(Service service) {
    return new ExactlyOnce((database, channel) -> service.on(database), List.of());
  }

  /**
   * Tests a service that calls others. Whatever goes wrong, each of its calls must carry the same
   * request ID in every execution: the one that the client interceptor derives.
   *
   * @param service is asked for one whenever a server is started
   * @param downstream the services that it calls, or stubs of them. They are made for each world,
   *     with a database of their own, and guarded where their methods are. What others store in it
   *     counts as effect, too, so a stub better keeps to itself how often it was called
   */
  public static ExactlyOnce of(CallingService service, Service... downstream) {
    return new ExactlyOnce(service, List.of(downstream));
  }

  /**
   * Sets how calls are guarded beyond what the {@code .proto} says: guards of methods, scopes,
   * limits. Threads, clock and lease are the kit's. What a scope is read from, the call has to
   * bring along: {@link Proof#header}.
   */
  public ExactlyOnce guarding(Consumer<ServerInterceptorBuilder> setUp) {
    guarding = setUp;
    return this;
  }

  /**
   * Returns a clock to give to handlers. It shows the time of the world in which they run: each
   * begins at the same instant, and its time passes only where somebody waits. So what handlers
   * store of it is the same each time nothing goes wrong, and is compared. After a mishap it may be
   * later: where that is right, say so with {@link Proof#ignoring}, or name what counts with {@link
   * Proof#effect}. A clock that stands still ({@link Clock#fixed}) lets everything be compared.
   *
   * @return one for all worlds, in UTC
   */
  public Clock clock() {
    return clock.withZone(ZoneOffset.UTC);
  }

  /** Describes a call with one request message; {@link Proof#takesEffectOnce} makes it. */
  public <ReqT, RespT> Proof<ReqT, RespT> call(MethodDescriptor<ReqT, RespT> method, ReqT request) {
    return call(method, List.of(request));
  }

  /** Describes a call with a stream of requests; {@link Proof#takesEffectOnce} makes it. */
  public <ReqT, RespT> Proof<ReqT, RespT> call(
      MethodDescriptor<ReqT, RespT> method, List<? extends ReqT> requests) {
    Proof<ReqT, RespT> proof = new Proof<>(this, method, List.copyOf(requests));
    proofs.add(proof);
    return proof;
  }

  /** Makes the call, and reports how often: to JUnit, and to whoever only sees what is printed. */
  Report show(Trial<?, ?> trial, int mostWorlds) {
    Recipe recipe =
        new Recipe(
            service::on,
            downstream.stream().<Function<Database, BindableService>>map(one -> one::on).toList(),
            guarding,
            clock);
    long seed = setting(Prover.SEED).orElse(DEFAULT_SEED);
    Tally tally = new Prover(recipe, seed).show(trial, mostWorlds, setting(Prover.WORLD));
    Report report =
        new Report(
            trial.name(), tally.steps(), tally.worlds(), tally.possible(), tally.leftOut(), seed);
    System.out.println(report);
    test.ifPresent(running -> running.publishReportEntry("exactly once", report.toString()));
    return report;
  }

  private Optional<Long> setting(String name) {
    return test.flatMap(running -> running.getConfigurationParameter(name, Long::valueOf));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    test = Optional.of(context);
    proofs.clear();
  }

  /** Fails a test that would otherwise show nothing. */
  @Override
  public void afterEach(ExtensionContext context) {
    test = Optional.empty();
    boolean forgotten = proofs.stream().anyMatch(proof -> !proof.isShown());
    if (forgotten && context.getExecutionException().isEmpty()) {
      throw new AssertionError("a call was described, but takesEffectOnce() never asked for");
    }
  }
}
