package io.github.grpconce.internal.method;

import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.internal.record.Leasing;
import io.github.grpconce.internal.record.Records;
import io.github.grpconce.internal.store.Store;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What an interceptor was built with; see its builder for what each means.
 *
 * @param log what is told of whatever comes often
 */
public record Settings(
    Store store,
    Records records,
    Executor executor,
    Supplier<UnaryOperator<Runnable>> capture,
    ScheduledExecutorService scheduler,
    InstantSource clock,
    LongSupplier nanoTime,
    BiFunction<ServerCall<?, ?>, Metadata, Optional<String>> scope,
    UnidentifiedRetries unidentifiedRetries,
    UnfinishedSteps unfinishedSteps,
    CallMemory memory,
    SeldomLog log,
    StepsMode steps,
    Limits limits) {

  /**
   * What STEPS mode goes by.
   *
   * @param leasing for how long others are kept from taking over, and what has failed left alone
   * @param recovery whether executions that nobody comes back for are resumed
   * @param recoveryLimit how long such an execution may take
   * @param owners names executions, each differently in all the world
   * @param log what is told of executions
   */
  public record StepsMode(
      Leasing leasing,
      boolean recovery,
      Duration recoveryLimit,
      Supplier<String> owners,
      StepsLog log) {

    /** How soon a change elsewhere is seen where its watch failed, or it is one of the lease. */
    private static final Duration POLL = Duration.ofMillis(250);

    /** Above the poll's pause, so that each attempt is looked at once while it has that left. */
    private static final Duration ANSWER_MARGIN = Duration.ofMillis(300);

    /**
     * A handler that hangs must not keep its lease for as long as a client cares to wait. As much
     * as the builder's own limits may be; a workflow of days is no call.
     */
    private static final Duration LONGEST_EXECUTION = Duration.ofDays(1);

    /** How long an execution that gives no sign of life keeps others from taking over. */
    public Duration lease() {
      return leasing.length();
    }

    public Duration poll() {
      return POLL;
    }

    /** So long before its deadline an attempt is told that its call is still in progress. */
    public Duration answerMargin() {
      return ANSWER_MARGIN;
    }

    /** How long an execution may take, whatever its client's deadline. */
    public Duration longestExecution() {
      return LONGEST_EXECUTION;
    }
  }

  /** The limits; each has its reason at the builder's method. */
  public record Limits(
      int maxRequestBytes,
      int maxResponseBytes,
      int maxJoiners,
      Duration allowedSkew,
      Duration maxWait,
      Duration pushback,
      Duration warnUnansweredAfter) {}
}
