package io.github.grpconce.server;

import com.apple.foundationdb.Database;
import io.github.grpconce.record.Records;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** What an interceptor was built with; see its builder for what each means. */
record Settings(
    Database database,
    Records records,
    Executor executor,
    ScheduledExecutorService scheduler,
    InstantSource clock,
    CallerScope scope,
    UnidentifiedRetries unidentifiedRetries,
    Limits limits) {

  /** The limits; each has its reason at the builder's method. */
  record Limits(
      int maxRequestBytes,
      int maxResponseBytes,
      int maxJoiners,
      Duration allowedSkew,
      Duration maxWait,
      Duration storeTimeout,
      Duration pushback) {}
}
