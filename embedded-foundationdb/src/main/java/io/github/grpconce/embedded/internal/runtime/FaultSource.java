package io.github.grpconce.embedded.internal.runtime;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong in a database: asked at every step of every transaction, with the transaction's
 * label, if it has one, and its attempt, which counts from 1. Thread-safe.
 */
public interface FaultSource {
  /** At getting a read version; null for nothing. */
  @Nullable InjectedFault atReadVersion(@Nullable String label, int attempt);

  /** At a read; null for nothing. */
  @Nullable InjectedFault atRead(@Nullable String label, int attempt);

  /** At a commit that writes something; null for nothing. */
  @Nullable InjectedFault atCommit(@Nullable String label, int attempt);

  /** At arming a watch; null for nothing. */
  @Nullable InjectedFault atWatch(@Nullable String label, int attempt);

  /** Completes when the database can be reached. */
  CompletableFuture<Void> reachable();
}
