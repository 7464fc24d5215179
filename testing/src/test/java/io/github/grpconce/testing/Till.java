package io.github.grpconce.testing;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.server.IdempotentCall;
import io.github.grpconce.testing.v1.Receipt;
import io.github.grpconce.testing.v1.Sum;
import io.github.grpconce.testing.v1.TillServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Function;

/** A service whose handler a test gives: it is the same for all methods with one response. */
final class Till extends TillServiceGrpc.TillServiceImplBase {

  private final Function<Sum, Receipt> handler;

  Till(Function<Sum, Receipt> handler) {
    this.handler = handler;
  }

  @Override
  public void pay(Sum request, StreamObserver<Receipt> observer) {
    answer(request, observer);
  }

  @Override
  public void payInSteps(Sum request, StreamObserver<Receipt> observer) {
    answer(request, observer);
  }

  @Override
  public void payUnguarded(Sum request, StreamObserver<Receipt> observer) {
    answer(request, observer);
  }

  private void answer(Sum request, StreamObserver<Receipt> observer) {
    Receipt receipt;
    try {
      receipt = handler.apply(request);
    } catch (RuntimeException e) {
      observer.onError(failure(e));
      return;
    }
    observer.onNext(receipt);
    observer.onCompleted();
  }

  /** The guard finds the store's error in the cause. */
  private static RuntimeException failure(RuntimeException thrown) {
    return thrown instanceof StatusRuntimeException
        ? thrown
        : Status.UNAVAILABLE.withCause(thrown).asRuntimeException();
  }

  /** Pays half of it at a time. */
  @Override
  public void payEach(Sum request, StreamObserver<Receipt> observer) {
    Sum half = request.toBuilder().setCents(request.getCents() / 2).build();
    try {
      observer.onNext(handler.apply(half));
      observer.onNext(handler.apply(half));
    } catch (RuntimeException e) {
      observer.onError(failure(e));
      return;
    }
    observer.onCompleted();
  }

  @Override
  public StreamObserver<Sum> payAll(StreamObserver<Receipt> observer) {
    return new Sums(observer);
  }

  /** Pays all of them when they are complete. */
  private final class Sums implements StreamObserver<Sum> {
    private final StreamObserver<Receipt> observer;
    private Sum total = Sum.getDefaultInstance();

    Sums(StreamObserver<Receipt> observer) {
      this.observer = observer;
    }

    @Override
    public void onNext(Sum sum) {
      total = sum.toBuilder().setCents(total.getCents() + sum.getCents()).build();
    }

    @Override
    public void onError(Throwable failure) {
      // The client has gone, and with it what it sent.
    }

    @Override
    public void onCompleted() {
      answer(total, observer);
    }
  }

  static Transaction transaction() {
    return IdempotentCall.current().transaction();
  }

  static Sum sum(long cents) {
    return Sum.newBuilder().setAccount("alice").setCents(cents).build();
  }

  static byte[] balanceKey(String account) {
    return Tuple.from("balance", account).pack();
  }

  /** Takes a sum from its account, reading and writing. */
  static Receipt take(Transaction tr, Sum sum) {
    return takeFrom(cents(tr.get(balanceKey(sum.getAccount())).join()), tr, sum);
  }

  /** Takes a sum from its account, which has so many cents. */
  static Receipt takeFrom(long cents, Transaction tr, Sum sum) {
    long balance = cents - sum.getCents();
    if (balance < 0) {
      throw Status.FAILED_PRECONDITION.withDescription("not enough money").asRuntimeException();
    }
    tr.set(balanceKey(sum.getAccount()), littleEndian(balance));
    return Receipt.newBuilder().setAccount(sum.getAccount()).setBalanceCents(balance).build();
  }

  static long cents(byte[] stored) {
    return stored == null ? 0 : ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** Adds to a count, without reading. */
  static void count(Transaction tr, Object... what) {
    tr.mutate(MutationType.ADD, Tuple.from("count").addAll(List.of(what)).pack(), littleEndian(1));
  }

  /** Puts a hundred cents into the account. */
  static void open(Database database) {
    database.run(
        tr -> {
          tr.set(balanceKey("alice"), littleEndian(100));
          return null;
        });
  }

  static byte[] littleEndian(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
