package io.github.grpconce.simulation;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.server.IdempotentCall;
import io.github.grpconce.simulation.v1.BankGrpc;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.ShopGrpc;
import io.github.grpconce.simulation.v1.Transfer;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Takes orders, and has the bank charge for each: under an ID derived from the order's own. */
final class ShopService extends ShopGrpc.ShopImplBase {

  /** The steps of a checkout, and what the books call them. */
  static final String CREATED = "Created";

  static final String CONFIRMED = "Checkout";
  static final String CANCELLED = "Cancelled";

  private static final long PATIENCE_SECONDS = 3;

  private final Handlers handlers;
  private final Channel bank;
  private final EventLoop loop;

  ShopService(Handlers handlers, Channel bank, EventLoop loop) {
    this.handlers = handlers;
    this.bank = bank;
    this.loop = loop;
  }

  @Override
  public void placeOrder(Transfer request, StreamObserver<Receipt> observer) {
    handlers.execute("PlaceOrder", request, observer, (tr, transfer) -> charge(transfer));
  }

  @Override
  public void checkout(Transfer request, StreamObserver<Receipt> observer) {
    IdempotentCall call = IdempotentCall.current();
    Context context = Context.current();
    CompletableFuture<Boolean> enough =
        step(call, CREATED, request).thenCompose(created -> chargeIn(context, request));
    var unused =
        enough
            .thenCompose(paid -> step(call, paid ? CONFIRMED : CANCELLED, request))
            .whenComplete(
                (receipt, failure) ->
                    handlers.inTime(
                        () ->
                            handlers.answer(
                                receipt,
                                observer,
                                failure == null ? enough.join() : null,
                                failure)));
  }

  private CompletableFuture<Receipt> step(IdempotentCall call, String part, Transfer transfer) {
    return call.stepAsync(
        part, Receipt.parser(), tr -> completedFuture(handlers.count(tr, part, transfer)));
  }

  private CompletableFuture<Boolean> chargeIn(Context context, Transfer transfer) {
    handlers.breakDownPerhaps();
    Context previous = context.attach();
    try {
      return charge(transfer);
    } finally {
      context.detach(previous);
    }
  }

  private CompletableFuture<Boolean> charge(Transfer transfer) {
    CompletableFuture<Boolean> charged = new CompletableFuture<>();
    BankGrpc.newStub(bank)
        .withDeadline(Deadline.after(PATIENCE_SECONDS, TimeUnit.SECONDS, loop))
        .charge(transfer, new Charging(charged));
    return charged;
  }

  /** Waits for the bank's answer. */
  private record Charging(CompletableFuture<Boolean> charged) implements StreamObserver<Receipt> {

    @Override
    public void onNext(Receipt receipt) {
      charged.complete(true);
    }

    /** Only the bank's own word that it declines is final; any other failure says nothing. */
    @Override
    public void onError(Throwable failure) {
      boolean declined =
          Status.fromThrowable(failure).getCode() == Status.Code.FAILED_PRECONDITION
              && ErrorReason.of(failure).isEmpty();
      if (declined) {
        charged.complete(false);
      } else {
        charged.completeExceptionally(failure);
      }
    }

    @Override
    public void onCompleted() {
      // The receipt has said it all.
    }
  }
}
