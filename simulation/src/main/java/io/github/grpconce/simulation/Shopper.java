package io.github.grpconce.simulation;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.Guard;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.simulation.v1.Receipt;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Somebody who has a purchase made, with attempt after attempt if need be. */
final class Shopper {

  private static final Duration SHORTEST_PATIENCE = Duration.ofMillis(200);
  private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(12);
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);
  private static final int BACKOFF_GROWTH = 2;
  private static final Duration HEDGING_DELAY = Duration.ofMillis(100);
  private static final double HEDGED = 0.5;
  private static final double GIVES_UP = 0.1;

  /** Refusals after which another attempt is of no use. */
  private static final Set<ErrorReason> FINAL_REFUSALS =
      Set.of(
          ErrorReason.REQUEST_ID_EXPIRED,
          ErrorReason.REQUEST_ID_INVALID,
          ErrorReason.REQUEST_ID_MISSING,
          ErrorReason.REQUEST_ID_REUSED);

  private final World world;
  private final Host host;
  private final Channel channel;
  private final Purchase purchase;
  private final Chance chance;
  private final Context.CancellableContext context;
  private Duration backoff = FIRST_BACKOFF;
  private boolean done;

  Shopper(World world, Host host, Channel channel, Purchase purchase) {
    this.world = world;
    this.host = host;
    this.channel = channel;
    this.purchase = purchase;
    this.chance = world.chance().split();
    this.context = context(purchase).withCancellation();
  }

  private static Context context(Purchase purchase) {
    return purchase
        .requestId()
        .filter(id -> purchase.manner().idInContext())
        .map(id -> IdempotencyClientInterceptor.withRequestId(Context.ROOT, id))
        .orElse(Context.ROOT);
  }

  Purchase purchase() {
    return purchase;
  }

  /** Returns whether there was a final answer, or nobody waits for one any more. */
  boolean isDone() {
    return done;
  }

  void attempt() {
    if (done) {
      return;
    }
    context.run(() -> call(new Attempt(true)));
    boolean canHedge = purchase.requestId().isPresent() && purchase.manner().hedges();
    if (canHedge && chance.happens(HEDGED)) {
      host.after(chance.upTo(HEDGING_DELAY), this::hedge);
    }
  }

  private void hedge() {
    if (!done) {
      context.run(() -> call(new Attempt(false)));
    }
  }

  private void call(Attempt attempt) {
    Duration patience = chance.between(SHORTEST_PATIENCE, LONGEST_PATIENCE);
    CallOptions options =
        CallOptions.DEFAULT.withDeadline(
            Deadline.after(patience.toNanos(), TimeUnit.NANOSECONDS, world.loop()));
    Optional<RequestId> ofCall =
        purchase.requestId().filter(id -> !purchase.manner().idInContext());
    if (ofCall.isPresent()) {
      options = options.withOption(IdempotencyClientInterceptor.REQUEST_ID, ofCall.get());
    }
    ClientCalls.asyncUnaryCall(
        channel.newCall(purchase.method(), options), purchase.transfer(), attempt);
  }

  /** Waits for the answer to one attempt, and decides what comes next. */
  private final class Attempt implements StreamObserver<Receipt> {
    private final boolean goesOn;

    Attempt(boolean goesOn) {
      this.goesOn = goesOn;
    }

    @Override
    public void onNext(Receipt receipt) {
      finish("is told " + receipt.getNumber());
    }

    @Override
    public void onError(Throwable failure) {
      if (done) {
        return;
      }
      Status.Code code = Status.fromThrowable(failure).getCode();
      Optional<ErrorReason> reason = ErrorReason.of(failure);
      boolean last =
          reason
              .map(FINAL_REFUSALS::contains)
              .orElseGet(() -> Guard.DEFAULT_FINAL_FAILURES.contains(code));
      if (last) {
        finish("is told " + reason.map(ErrorReason::name).orElse(code.name()));
      } else if (goesOn) {
        goOn(code);
      }
    }

    @Override
    public void onCompleted() {
      // The receipt has said it all.
    }
  }

  private void goOn(Status.Code code) {
    boolean givesUp =
        purchase.requestId().isEmpty()
            || (!purchase.manner().persistent() && chance.happens(GIVES_UP));
    if (givesUp) {
      finish("gives up after " + code);
    } else {
      host.after(chance.upTo(backoff), this::attempt);
      Duration longer = backoff.multipliedBy(BACKOFF_GROWTH);
      backoff = longer.compareTo(LONGEST_BACKOFF) < 0 ? longer : LONGEST_BACKOFF;
    }
  }

  private void finish(String how) {
    if (!done) {
      done = true;
      world.transcript().note(purchase.transfer().getReference(), how);
      context.cancel(null);
    }
  }
}
