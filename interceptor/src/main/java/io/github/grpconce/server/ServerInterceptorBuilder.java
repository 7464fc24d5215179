package io.github.grpconce.server;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.Guard;
import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.internal.method.CallMemory;
import io.github.grpconce.internal.method.GuardedMethods;
import io.github.grpconce.internal.method.Settings;
import io.github.grpconce.internal.method.StepsLog;
import io.github.grpconce.internal.method.Threads;
import io.github.grpconce.internal.method.UnfinishedSteps;
import io.github.grpconce.internal.method.UnidentifiedRetries;
import io.github.grpconce.internal.record.Leasing;
import io.github.grpconce.internal.record.Records;
import io.github.grpconce.internal.store.Store;
import io.grpc.MethodDescriptor;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Builds an {@link IdempotencyServerInterceptor}. Not thread-safe. */
public final class ServerInterceptorBuilder {

  /** Above this, a response and its handler's writes come near FoundationDB's 10 MB. */
  private static final int MAX_RESPONSE_BYTES = 8 << 20;

  /** Far below what timers and FoundationDB's timeouts have room for: 292 years and 24 days. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  /** Clocks that differ more are of no use; far below what instants have room for. */
  private static final Duration LARGEST_SKEW = Duration.ofDays(36_525);

  /** Below, the pauses of a busy server would end leases. */
  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

  private static final Duration LONGEST_LEASE = Duration.ofDays(1);

  /** A parsed message can take several times as much as a serialised one. */
  private static final int SHARE_OF_THE_HEAP = 4;

  private final Database database;
  private final Subspace subspace;
  private final Map<String, Optional<Guard>> guards = new HashMap<>();
  private @Nullable Executor executor;
  private @Nullable ScheduledExecutorService scheduler;
  private ContextCapture capture = UnaryOperator::identity;
  private InstantSource clock = Clock.systemUTC();
  private CallerScope scope = CallerScope.shared();
  private Duration lease = Duration.ofSeconds(10);
  private boolean recovery = true;
  private Duration recoveryLimit = Duration.ofMinutes(1);
  private int stalledAfter = 100;
  private ResumedContext resumedContext = (context, method, scope, headers) -> context;
  private LongSupplier nanoTime = System::nanoTime;
  private int maxRequestBytes = 4 << 20;
  private int maxResponseBytes = 1 << 20;
  private long maxBufferedBytes = Runtime.getRuntime().maxMemory() / SHARE_OF_THE_HEAP;
  private int maxJoiners = 100;
  private Duration allowedSkew = Duration.ofHours(1);
  private Duration maxWait = Duration.ofMinutes(1);
  private Duration storeTimeout = Duration.ofSeconds(10);
  private Duration pushback = Duration.ofMillis(500);
  private Duration warnUnansweredAfter = Duration.ofSeconds(30);

  ServerInterceptorBuilder(Database database, Subspace subspace) {
    this.database = database;
    this.subspace = subspace;
  }

  /**
   * Sets where handlers run. The default is a pool of daemon threads that grows as it is needed:
   * handlers may block on their transaction.
   *
   * <p>Where no handler ever blocks, give {@code Runnable::run}: handlers then run on the threads
   * on which the store answers, and no call changes threads on its way. An executor with a bound on
   * its threads must not be the store's own: handlers that block on the store would wait for each
   * other.
   *
   * <p>Continuations of the futures that a handler is given run here, too. A handler may wait for
   * these futures and what follows from them, on however few threads; not for {@code allOf} of
   * their continuations, which nobody may be left to run.
   */
  public ServerInterceptorBuilder executor(Executor handlers) {
    this.executor = handlers;
    return this;
  }

  /**
   * Carries what the calling thread holds to the handler: see {@link ContextCapture}. The default
   * carries nothing but gRPC's own {@link io.grpc.Context}.
   *
   * <p>What is captured belongs to one attempt, and reaches only the handler that this attempt
   * caused: that of another attempt, which it joins, has what was captured for that one. An
   * execution that is resumed on the server's own account has nothing, as it has no calling thread.
   */
  public ServerInterceptorBuilder propagate(ContextCapture calling) {
    this.capture = calling;
    return this;
  }

  /**
   * Sets what time limits are kept by. The default is one daemon thread, which is started when it
   * is first needed. Most limits are cancelled: a {@link
   * java.util.concurrent.ScheduledThreadPoolExecutor} should remove those.
   */
  public ServerInterceptorBuilder scheduler(ScheduledExecutorService timeLimits) {
    this.scheduler = timeLimits;
    return this;
  }

  /**
   * Sets the clock by which request IDs from the future are refused. In STEPS mode it also says how
   * old the calls are that a handler makes for an opaque ID: they bear the time of the first claim.
   * Where that is wrong by more than a callee's allowed skew or retention, they are refused, and
   * not made twice; {@link io.github.grpconce.operator.RecordResolver} ends such an operation.
   */
  public ServerInterceptorBuilder clock(InstantSource source) {
    this.clock = source;
    return this;
  }

  /**
   * Sets how callers are told apart. The default is not at all: whoever knows a request ID, and the
   * request that belongs to it, gets the recorded answer.
   */
  public ServerInterceptorBuilder scope(CallerScope callers) {
    this.scope = callers;
    return this;
  }

  /**
   * Guards a method in a way of its own, whatever its descriptor says.
   *
   * @throws IllegalArgumentException if the method can't have this guard
   */
  public ServerInterceptorBuilder guard(MethodDescriptor<?, ?> method, Guard guard) {
    guards.put(method.getFullMethodName(), Optional.of(guard.checkedFor(method)));
    return this;
  }

  /** Leaves a method unguarded, whatever its descriptor says. */
  public ServerInterceptorBuilder unguarded(MethodDescriptor<?, ?> method) {
    guards.put(method.getFullMethodName(), Optional.empty());
    return this;
  }

  /**
   * Limits a request: all of its messages, as they are serialised. The default is 4 MiB, gRPC's own
   * limit of one message. In STEPS mode a request is written with the first step, in a transaction
   * that ends at 10 MB.
   */
  public ServerInterceptorBuilder maxRequestBytes(int bytes) {
    require(bytes > 0, "a request must be allowed some bytes");
    this.maxRequestBytes = bytes;
    return this;
  }

  /**
   * Limits what all calls that are under way keep in memory together: their requests, as they are
   * serialised, and 8 kB for each call. While there is no room, further calls are refused with
   * {@link io.github.grpconce.ErrorReason#OVERLOADED} before they are read, and requests that grow
   * are refused as well. The default is a quarter of the heap, because messages take several times
   * their serialised size, and others need room, too.
   */
  public ServerInterceptorBuilder maxBufferedBytes(long bytes) {
    require(bytes > 0, "calls must be allowed some bytes");
    this.maxBufferedBytes = bytes;
    return this;
  }

  /**
   * Limits a recorded outcome: all response messages and the trailers. The default is 1 MiB,
   * because FoundationDB's transactions should stay below that.
   *
   * @param bytes at most 8 MiB: a transaction, handler's writes included, ends at 10 MB
   */
  public ServerInterceptorBuilder maxResponseBytes(int bytes) {
    require(bytes > 0 && bytes <= MAX_RESPONSE_BYTES, "1 to 8388608 bytes can be recorded");
    this.maxResponseBytes = bytes;
    return this;
  }

  /**
   * Limits how many attempts may wait for one that is being executed; further ones are refused with
   * IN_PROGRESS. The default is 100: far more than one client's hedges and retries.
   */
  public ServerInterceptorBuilder maxJoiners(int attempts) {
    require(attempts >= 0, "the number of joiners can't be negative");
    this.maxJoiners = attempts;
    return this;
  }

  /**
   * Sets how far in the future a time-bearing ID may be, by this server's clock. The default is an
   * hour. More is safe: a record is then kept longer by as much.
   *
   * @param skew at most 100 years
   */
  public ServerInterceptorBuilder allowedSkew(Duration skew) {
    require(
        !skew.isNegative() && skew.compareTo(LARGEST_SKEW) <= 0,
        "the allowed skew must be between nothing and 100 years");
    this.allowedSkew = skew;
    return this;
  }

  /**
   * Limits how long a call without a deadline may take, and for how long a client may be sending
   * its request, deadline or not: a request that is never complete would be kept for ever. The
   * default is a minute.
   *
   * @param wait at most a day
   */
  public ServerInterceptorBuilder maxWait(Duration wait) {
    require(
        !wait.isNegative() && !wait.isZero() && wait.compareTo(LONGEST_WAIT) <= 0,
        "a call must be allowed some time, and at most a day");
    this.maxWait = wait;
    return this;
  }

  /**
   * Limits how long a try of a transaction may take: the handler's time counts as well as the
   * store's. The default is ten seconds. What conflicts is tried again for as long as somebody
   * waits, and each try has this time of its own.
   *
   * @param timeout more than FoundationDB's five seconds, after which a handler is too late anyway;
   *     and at most a day; to the millisecond
   */
  public ServerInterceptorBuilder storeTimeout(Duration timeout) {
    require(
        timeout.compareTo(Store.TRANSACTION_LIFE) > 0 && timeout.compareTo(LONGEST_WAIT) <= 0,
        "the store's timeout must be above five seconds, for as long a transaction may live, and"
            + " at most a day");
    this.storeTimeout = timeout;
    return this;
  }

  /**
   * Sets how long clients are asked to wait before they try again, where that is all they can do.
   * The default is half a second.
   *
   * @param wait at most a day; to the millisecond
   */
  public ServerInterceptorBuilder retryPushback(Duration wait) {
    require(
        !wait.isNegative() && wait.compareTo(LONGEST_WAIT) <= 0,
        "clients can be asked to wait between nothing and a day");
    this.pushback = wait;
    return this;
  }

  /**
   * Sets after what time it is logged, once, that an execution's handler has not answered: one that
   * forgets to answer would otherwise be known by its callers' deadlines alone. The default is half
   * a minute. Where a call's time ends before, nothing is logged, because its handler is told then.
   *
   * @param time more than nothing, at most a day
   */
  public ServerInterceptorBuilder warnUnansweredAfter(Duration time) {
    require(
        !time.isNegative() && !time.isZero() && time.compareTo(LONGEST_WAIT) <= 0,
        "a handler must be allowed some time, and at most a day");
    this.warnUnansweredAfter = time;
    return this;
  }

  /**
   * Sets for how long an execution in STEPS mode that gives no sign of life, because its server
   * died or stands still, keeps others from resuming it. The default is ten seconds. Shorter means
   * resumed sooner, and more often in vain; never twice.
   *
   * @param length at least a second, at most a day; to the millisecond
   */
  public ServerInterceptorBuilder lease(Duration length) {
    require(
        length.compareTo(SHORTEST_LEASE) >= 0 && length.compareTo(LONGEST_LEASE) <= 0,
        "a lease must last between a second and a day");
    this.lease = length;
    return this;
  }

  /**
   * Leaves executions in STEPS mode whose server died to the attempts that come back for them, and
   * to other servers. Without this, the interceptor looks for such executions of the services that
   * it guards, once in a lease's time, and resumes them from the stored request, until it is
   * closed.
   */
  public ServerInterceptorBuilder withoutRecovery() {
    this.recovery = false;
    return this;
  }

  /**
   * Sets the deadline of an execution in STEPS mode that is resumed without its client: it ends the
   * handler's gRPC context, and so the calls that it makes. The default is a minute, as for a call
   * without a deadline. What isn't done by then is kept, and resumed once more.
   *
   * <p>What a client began without a deadline has as long, or {@link #maxWait} if that is longer: a
   * handler that never ended would keep everybody from resuming it. For the same reason, what was
   * begun with a deadline has until then and a day at most.
   *
   * @param limit at least a second, at most a day
   */
  public ServerInterceptorBuilder recoveryLimit(Duration limit) {
    require(
        limit.compareTo(SHORTEST_LEASE) >= 0 && limit.compareTo(LONGEST_LEASE) <= 0,
        "a recovery must be allowed between a second and a day");
    this.recoveryLimit = limit;
    return this;
  }

  /**
   * Sets after how many failures in a row, without another step done in between, an execution in
   * STEPS mode is <em>stalled</em>: no server resumes it on its own account any more. An attempt
   * that comes back for it still does, and so does {@link
   * io.github.grpconce.operator.RecordResolver}; {@link
   * io.github.grpconce.operator.RecordInspector} shows it. The default is 100: as each time it is
   * left alone for twice as long, up to five minutes, that is some eight hours, which outlasts most
   * outages of what handlers call.
   *
   * @param failures at least 1; servers of one subspace should agree
   */
  public ServerInterceptorBuilder stalledAfter(int failures) {
    require(failures >= 1, "an execution must be allowed to fail once");
    this.stalledAfter = failures;
    return this;
  }

  /**
   * Sets what the gRPC context of an execution in STEPS mode has that is resumed without its
   * client. The default is nothing of what interceptors above the guard put there.
   */
  public ServerInterceptorBuilder resumedContext(ResumedContext restored) {
    this.resumedContext = restored;
    return this;
  }

  /**
   * Sets what gives monotonic nanoseconds, as {@link System#nanoTime} does, which is the default:
   * what is known of the store's horizon is forgotten by it, too, and log lines are kept apart.
   */
  public ServerInterceptorBuilder ticker(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    return this;
  }

  /**
   * Returns the interceptor.
   *
   * @throws IllegalArgumentException if its subspace is the whole database
   */
  public IdempotencyServerInterceptor build() {
    SeldomLog log = new SeldomLog(nanoTime);
    Settings settings =
        new Settings(
            new Store(database, storeTimeout, nanoTime),
            Records.in(subspace, nanoTime),
            executor == null ? Threads.forHandlers() : executor,
            capture::capture,
            scheduler == null ? Threads.forTimeLimits() : scheduler,
            clock,
            nanoTime,
            scope::find,
            new UnidentifiedRetries(),
            new UnfinishedSteps(),
            new CallMemory(maxBufferedBytes),
            log,
            new Settings.StepsMode(
                new Leasing(lease, stalledAfter),
                recovery,
                recoveryLimit,
                owners(),
                new StepsLog(log)),
            new Settings.Limits(
                maxRequestBytes,
                maxResponseBytes,
                maxJoiners,
                allowedSkew,
                maxWait,
                pushback,
                warnUnansweredAfter));
    return new IdempotencyServerInterceptor(
        settings, new GuardedMethods(guards, log, recovery), resumedContext);
  }

  private static Supplier<String> owners() {
    String server = UUID.randomUUID().toString();
    AtomicLong executions = new AtomicLong();
    return () -> server + "/" + executions.incrementAndGet();
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new IllegalArgumentException(complaint);
    }
  }
}
