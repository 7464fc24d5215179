package io.github.grpconce.simulation.shop;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.Guard;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.Transfer;
import io.github.grpconce.simulation.world.Chance;
import io.github.grpconce.simulation.world.Host;
import io.github.grpconce.simulation.world.World;
import io.github.grpconce.testing.internal.link.Exchange;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Somebody who has a purchase made, with attempt after attempt if need be. */
public final class Shopper {

  private static final Duration SHORTEST_PATIENCE = Duration.ofMillis(200);
  private static final Duration LITTLE_PATIENCE = Duration.ofSeconds(5);
  private static final Duration MUCH_PATIENCE = Duration.ofSeconds(40);
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);
  private static final int BACKOFF_GROWTH = 2;
  private static final Duration HEDGING_DELAY = Duration.ofMillis(60);
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

  public Purchase purchase() {
    return purchase;
  }

  /** Returns whether there was a final answer, or nobody waits for one any more. */
  public boolean isDone() {
    return done;
  }

  void attempt() {
    if (done) {
      return;
    }
    context.run(() -> call(new Attempt(true)));
    if (purchase.requestId().isPresent() && chance.happens(purchase.manner().hedged())) {
      host.schedule(chance.upTo(HEDGING_DELAY), this::hedge);
    }
  }

  private void hedge() {
    if (!done) {
      context.run(() -> call(new Attempt(false)));
    }
  }

  private void call(Attempt attempt) {
    Duration patience =
        chance.between(SHORTEST_PATIENCE, chance.nextBoolean() ? LITTLE_PATIENCE : MUCH_PATIENCE);
    CallOptions options =
        CallOptions.DEFAULT.withDeadline(
            Deadline.after(patience.toNanos(), TimeUnit.NANOSECONDS, world.loop()));
    Optional<RequestId> ofCall =
        purchase.requestId().filter(id -> !purchase.manner().idInContext());
    if (ofCall.isPresent()) {
      options = options.withOption(IdempotencyClientInterceptor.REQUEST_ID, ofCall.get());
    }
    ClientCall<Transfer, Receipt> call = channel.newCall(purchase.method(), options);
    Exchange.send(call, attempt, new Metadata(), purchase.transfers(), Integer.MAX_VALUE);
  }

  /** Waits for the answer to one attempt, and decides what comes next. */
  private final class Attempt extends ClientCall.Listener<Receipt> {
    private final boolean goesOn;
    private final List<String> numbers = new ArrayList<>();

    Attempt(boolean goesOn) {
      this.goesOn = goesOn;
    }

    @Override
    public void onMessage(Receipt receipt) {
      numbers.add(receipt.getNumber());
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (status.isOk()) {
        finish("is told " + numbers);
      } else if (!done) {
        failed(status.getCode(), ErrorReason.of(status.asRuntimeException(trailers)));
      }
    }

    private void failed(Status.Code code, Optional<ErrorReason> reason) {
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
  }

  private void goOn(Status.Code code) {
    boolean givesUp =
        purchase.requestId().isEmpty()
            || (!purchase.manner().persistent() && chance.happens(GIVES_UP));
    if (givesUp) {
      finish("gives up after " + code);
    } else {
      host.schedule(chance.upTo(backoff), this::attempt);
      Duration longer = backoff.multipliedBy(BACKOFF_GROWTH);
      backoff = longer.compareTo(LONGEST_BACKOFF) < 0 ? longer : LONGEST_BACKOFF;
    }
  }

  private void finish(String how) {
    if (!done) {
      done = true;
      world.transcript().note(purchase.reference(), how);
      if (purchase.manner().hangsUp()) {
        context.cancel(null);
      }
    }
  }
}
