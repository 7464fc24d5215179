package io.github.grpconce.simulation.shop;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.simulation.v1.BankGrpc;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.Transfer;
import io.github.grpconce.simulation.world.EventLoop;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The bank, as a handler of the shop calls it. */
public final class BankClient {

  private static final long PATIENCE_SECONDS = 3;

  private final Channel channel;
  private final EventLoop loop;

  public BankClient(Channel channel, EventLoop loop) {
    this.channel = channel;
    this.loop = loop;
  }

  /** Charges, and completes with whether there was enough money. */
  CompletableFuture<Boolean> charge(Transfer transfer) {
    CompletableFuture<Boolean> charged = new CompletableFuture<>();
    BankGrpc.newStub(channel)
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
