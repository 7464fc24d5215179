package io.github.grpconce.testing;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.server.IdempotentCall;
import io.github.grpconce.testing.v1.Receipt;
import io.github.grpconce.testing.v1.Sum;
import io.github.grpconce.testing.v1.TillServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** A service whose handlers return before they have answered. */
final class AsyncTill extends TillServiceGrpc.TillServiceImplBase {

  /** Goes on when the first read is answered, and then blocks on the next. */
  @Override
  public void pay(Sum request, StreamObserver<Receipt> observer) {
    Transaction tr = Till.transaction();
    answer(
        tr.get(Till.balanceKey("nobody")).thenApply(nothing -> Till.take(tr, request)), observer);
  }

  @Override
  public void payInSteps(Sum request, StreamObserver<Receipt> observer) {
    IdempotentCall call = IdempotentCall.current();
    answer(
        call.stepAsync("first", Receipt.parser(), tr -> taken(tr, request))
            .thenCompose(
                first -> call.stepAsync("second", Receipt.parser(), tr -> taken(tr, request))),
        observer);
  }

  private static CompletableFuture<Receipt> taken(Transaction tr, Sum sum) {
    return tr.get(Till.balanceKey(sum.getAccount()))
        .thenApply(balance -> Till.takeFrom(Till.cents(balance), tr, sum));
  }

  private static void answer(CompletableFuture<Receipt> answer, StreamObserver<Receipt> observer) {
    var unused =
        answer.whenComplete(
            (receipt, failure) -> {
              if (failure == null) {
                observer.onNext(receipt);
                observer.onCompleted();
              } else {
                observer.onError(Status.UNAVAILABLE.withCause(failure).asRuntimeException());
              }
            });
  }
}
