package io.github.grpconce.embedded.internal.transaction;

import io.github.grpconce.embedded.internal.nativeapi.TransactionSettings;
import io.github.grpconce.embedded.internal.runtime.InjectedFault;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the fault plan has for each step of one transaction, and when a step may be answered.
 * Guarded by its {@link TransactionCore}'s lock.
 */
final class StepFaults {
  private final DatabaseContext context;
  private final TransactionSettings settings;
  private final Backoff backoff;
  private boolean readVersionAsked;

  StepFaults(DatabaseContext context, TransactionSettings settings, Backoff backoff) {
    this.context = context;
    this.settings = settings;
    this.backoff = backoff;
  }

  /** Another attempt begins, which gets a read version of its own. */
  void reset() {
    readVersionAsked = false;
  }

  @Nullable InjectedFault atReadVersion() {
    if (readVersionAsked) {
      return null;
    }
    readVersionAsked = true;
    return context.faults().atReadVersion(settings.label(), backoff.attempt());
  }

  /** The first read gets the read version as well. */
  @Nullable InjectedFault atRead() {
    InjectedFault first = atReadVersion();
    return first == null ? context.faults().atRead(settings.label(), backoff.attempt()) : first;
  }

  @Nullable InjectedFault atCommit() {
    return context.faults().atCommit(settings.label(), backoff.attempt());
  }

  @Nullable InjectedFault atWatch() {
    return context.faults().atWatch(settings.label(), backoff.attempt());
  }

  /** Completes when a step with this fault may be answered. */
  CompletableFuture<Void> gate(@Nullable InjectedFault fault) {
    CompletableFuture<Void> reachable = context.faults().reachable();
    if (fault instanceof InjectedFault.Latency latency) {
      return reachable.thenCompose(open -> context.clock().after(latency.delay()));
    }
    if (fault instanceof InjectedFault.LateAnswer late) {
      return reachable.thenCompose(open -> context.clock().after(late.delay()));
    }
    return reachable;
  }

  /** Completes when a commit with this fault may be sent; a late answer to it is a later matter. */
  CompletableFuture<Void> commitGate(@Nullable InjectedFault fault) {
    if (fault instanceof InjectedFault.Latency latency) {
      return context
          .clock()
          .after(latency.delay())
          .thenCompose(waited -> context.faults().reachable());
    }
    return context.faults().reachable();
  }
}
