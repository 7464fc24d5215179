package io.github.grpconce.simulation.shop;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.server.IdempotentCall;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.Transfer;
import io.github.grpconce.simulation.world.Chance;
import io.github.grpconce.simulation.world.Fault;
import io.github.grpconce.simulation.world.Host;
import io.github.grpconce.simulation.world.Weather;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What all handlers of a server have in common: they never block, and fail with the weather. */
public final class Handlers {

  /** More than a transaction may live. */
  private static final Duration SLOW = Duration.ofSeconds(7);

  /** More than many a lease, but seldom: most pauses are much shorter. */
  private static final Duration LONG = Duration.ofSeconds(20);

  /** Not final, and nothing that gRPC itself says: what a busy service would answer. */
  private static final Status BUSY = Status.RESOURCE_EXHAUSTED.withDescription("too busy");

  private static final Status DECLINED =
      Status.FAILED_PRECONDITION.withDescription("there is not enough money");

  private final Host host;
  private final Ledger ledger;
  private final Weather weather;
  private final Chance chance;
  private final ReceiptNumbers numbers;

  public Handlers(
      Host host, Ledger ledger, Weather weather, Chance chance, ReceiptNumbers numbers) {
    this.host = host;
    this.ledger = ledger;
    this.weather = weather;
    this.chance = chance;
    this.numbers = numbers;
  }

  /** Has a handler whose execution is abandoned hear nothing of it, when it sends a stream. */
  static void ignoreCancellation(StreamObserver<Receipt> observer) {
    ((ServerCallStreamObserver<Receipt>) observer).setOnCancelHandler(() -> {});
  }

  /**
   * Executes a handler: counts the operation, does its work and answers.
   *
   * @param copies how often its receipt is sent
   * @param work completes with whether there was enough money
   */
  void execute(
      String method,
      Transfer transfer,
      int copies,
      StreamObserver<Receipt> observer,
      Function<Transaction, CompletableFuture<Boolean>> work) {
    Transaction tr = IdempotentCall.current().transaction();
    // Before anybody knows whether it will succeed: what fails must not keep it.
    Receipt receipt = count(tr, method, transfer);
    breakDownPerhaps();
    var unused =
        work.apply(tr)
            .whenComplete(
                (enough, failure) ->
                    inTime(
                        () ->
                            answer(
                                Collections.nCopies(copies, receipt), observer, enough, failure)));
  }

  /**
   * Counts an operation, or a part of one.
   *
   * @param name the method's, or the step's
   */
  Receipt count(Transaction tr, String name, Transfer transfer) {
    String number = numbers.next();
    Books.Entry entry = new Books.Entry(name, transfer.getReference());
    ledger.count(tr, entry, number, host.loop().elapsed());
    return Receipt.newBuilder()
        .setReference(transfer.getReference())
        .setNumber(number)
        .setPrint(print(number, transfer.getReceiptBytes()))
        .build();
  }

  private static ByteString print(String number, int length) {
    byte[] print = new byte[length];
    Arrays.fill(print, (byte) number.hashCode());
    return ByteString.copyFrom(print);
  }

  void breakDownPerhaps() {
    if (weather.strikes(Fault.HANDLER_THROWS)) {
      throw new IllegalStateException("the handler breaks down, as the weather has it");
    }
  }

  /** Goes on now, or some time later. */
  void inTime(Runnable end) {
    if (weather.strikes(Fault.HANDLER_SLOW)) {
      host.schedule(chance.upTo(SLOW), end);
    } else {
      end.run();
    }
  }

  /** Waits between two steps. */
  <T> CompletableFuture<T> longAfter(T step) {
    CompletableFuture<T> future = new CompletableFuture<>();
    Duration pause =
        weather.strikes(Fault.HANDLER_LONG) ? chance.upTo(chance.upTo(LONG)) : Duration.ZERO;
    host.schedule(pause, () -> inTime(() -> future.complete(step)));
    return future;
  }

  /** Returns a value now, or some time later. */
  <T> CompletableFuture<T> inTime(T value) {
    CompletableFuture<T> future = new CompletableFuture<>();
    inTime(() -> future.complete(value));
    return future;
  }

  /** Answers, unless it fails as the weather has it. */
  void answer(
      List<Receipt> receipts,
      StreamObserver<Receipt> observer,
      @Nullable Boolean enough,
      @Nullable Throwable failure) {
    if (failure != null || enough == null) {
      observer.onError(Status.UNKNOWN.withCause(failure).asRuntimeException());
    } else if (weather.strikes(Fault.HANDLER_FAILS)) {
      observer.onError(BUSY.asRuntimeException());
    } else if (!enough) {
      observer.onError(DECLINED.asRuntimeException());
    } else {
      receipts.forEach(observer::onNext);
      observer.onCompleted();
    }
  }
}
