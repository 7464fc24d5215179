package io.github.grpconce.embedded;

import io.github.grpconce.embedded.FaultPlan.Step;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the fault plan has for each step of one transaction, and when a step may be answered.
 * Guarded by its {@link TransactionCore}'s lock.
 */
final class StepFaults {
  private final Cluster cluster;
  private final TransactionSettings settings;
  private final Backoff backoff;
  private boolean readVersionAsked;

  StepFaults(Cluster cluster, TransactionSettings settings, Backoff backoff) {
    this.cluster = cluster;
    this.settings = settings;
    this.backoff = backoff;
  }

  /** Another attempt begins, which gets a read version of its own. */
  void reset() {
    readVersionAsked = false;
  }

  @Nullable Fault atReadVersion() {
    if (readVersionAsked) {
      return null;
    }
    readVersionAsked = true;
    return at(Step.READ_VERSION);
  }

  /** The first read gets the read version as well. */
  @Nullable Fault atRead() {
    Fault first = atReadVersion();
    return first == null ? at(Step.READ) : first;
  }

  @Nullable Fault at(Step step) {
    return cluster.faults().next(step, settings.label, backoff.attempt());
  }

  /** Completes when a step with this fault may be answered. */
  CompletableFuture<Void> gate(@Nullable Fault fault) {
    CompletableFuture<Void> reachable = cluster.faults().reachable();
    if (fault instanceof Fault.Latency latency) {
      return reachable.thenCompose(open -> cluster.after(latency.delay()));
    }
    if (fault instanceof Fault.LateAnswer late) {
      return reachable.thenCompose(open -> cluster.after(late.delay()));
    }
    return reachable;
  }

  /** Completes when a commit with this fault may be sent; a late answer to it is a later matter. */
  CompletableFuture<Void> commitGate(@Nullable Fault fault) {
    if (fault instanceof Fault.Latency latency) {
      return cluster.after(latency.delay()).thenCompose(waited -> cluster.faults().reachable());
    }
    return cluster.faults().reachable();
  }
}
