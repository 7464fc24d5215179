package io.github.grpconce.simulation;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.server.IdempotentCall;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.Transfer;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What all handlers of a server have in common: they never block, and fail with the weather. */
final class Handlers {

  /** More than a transaction may live. */
  private static final Duration SLOW = Duration.ofSeconds(7);

  /** Not final, and nothing that gRPC itself says: what a busy service would answer. */
  private static final Status BUSY = Status.RESOURCE_EXHAUSTED.withDescription("too busy");

  private static final Status DECLINED =
      Status.FAILED_PRECONDITION.withDescription("there is not enough money");

  private final Host host;
  private final Ledger ledger;
  private final Weather weather;
  private final Chance chance;
  private final ReceiptNumbers numbers;

  Handlers(Host host, Ledger ledger, Weather weather, Chance chance, ReceiptNumbers numbers) {
    this.host = host;
    this.ledger = ledger;
    this.weather = weather;
    this.chance = chance;
    this.numbers = numbers;
  }

  /**
   * Executes a handler: counts the operation, does its work and answers.
   *
   * @param work completes with whether there was enough money
   */
  void execute(
      String method,
      Transfer transfer,
      StreamObserver<Receipt> observer,
      BiFunction<Transaction, Transfer, CompletableFuture<Boolean>> work) {
    Transaction tr = IdempotentCall.current().transaction();
    // Before anybody knows whether it will succeed: what fails must not keep it.
    Receipt receipt = count(tr, method, transfer);
    breakDownPerhaps();
    var unused =
        work.apply(tr, transfer)
            .whenComplete(
                (enough, failure) -> inTime(() -> answer(receipt, observer, enough, failure)));
  }

  /** Counts an operation, or a part of one. */
  Receipt count(Transaction tr, String method, Transfer transfer) {
    String reference = transfer.getReference();
    Receipt receipt =
        Receipt.newBuilder().setReference(reference).setNumber(numbers.next()).build();
    ledger.count(tr, new Ledger.Entry(method, reference), receipt.getNumber());
    return receipt;
  }

  void breakDownPerhaps() {
    if (weather.strikes(Fault.HANDLER_THROWS)) {
      throw new IllegalStateException("the handler breaks down, as the weather has it");
    }
  }

  /** Goes on now, or some time later. */
  void inTime(Runnable end) {
    if (weather.strikes(Fault.HANDLER_SLOW)) {
      host.after(chance.upTo(SLOW), end);
    } else {
      end.run();
    }
  }

  /** Answers, unless it fails as the weather has it. */
  void answer(
      @Nullable Receipt receipt,
      StreamObserver<Receipt> observer,
      @Nullable Boolean enough,
      @Nullable Throwable failure) {
    if (failure != null || enough == null || receipt == null) {
      observer.onError(Status.UNKNOWN.withCause(failure).asRuntimeException());
    } else if (weather.strikes(Fault.HANDLER_FAILS)) {
      observer.onError(BUSY.asRuntimeException());
    } else if (!enough) {
      observer.onError(DECLINED.asRuntimeException());
    } else {
      observer.onNext(receipt);
      observer.onCompleted();
    }
  }
}
