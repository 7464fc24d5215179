package io.github.grpconce.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service that adds amounts to accounts, in the call's transaction. A test can have the next
 * executions of {@code Add} do something else first.
 */
final class Ledger extends LedgerServiceGrpc.LedgerServiceImplBase {

  /** What one execution does. */
  interface Behaviour {
    void handle(AddRequest request, StreamObserver<Balance> observer);
  }

  private final Subspace accounts = new Subspace(Tuple.from("accounts"));
  private final Queue<Behaviour> behaviours = new ConcurrentLinkedQueue<>();
  private final AtomicInteger executions = new AtomicInteger();
  private volatile Behaviour usual = this::addAndAnswer;
  private volatile Behaviour usualStream = this::addEachUnit;

  /** Queues what the next executions do, one each. */
  Ledger next(Behaviour behaviour) {
    behaviours.add(behaviour);
    return this;
  }

  /** Sets what all executions do that nothing is queued for. */
  Ledger always(Behaviour behaviour) {
    usual = behaviour;
    usualStream = behaviour;
    return this;
  }

  /** How often a handler was started. */
  int executions() {
    return executions.get();
  }

  @Override
  public void add(AddRequest request, StreamObserver<Balance> observer) {
    executions.incrementAndGet();
    Behaviour behaviour = behaviours.poll();
    (behaviour == null ? usual : behaviour).handle(request, observer);
  }

  @Override
  public void addWithoutId(AddRequest request, StreamObserver<Balance> observer) {
    add(request, observer);
  }

  /** One response for each unit of the amount. */
  @Override
  public void addEach(AddRequest request, StreamObserver<Balance> observer) {
    executions.incrementAndGet();
    Behaviour behaviour = behaviours.poll();
    (behaviour == null ? usualStream : behaviour).handle(request, observer);
  }

  private void addEachUnit(AddRequest request, StreamObserver<Balance> observer) {
    AddRequest unit = request.toBuilder().setAmount(1).build();
    for (long i = 0; i < request.getAmount(); i++) {
      observer.onNext(addTo(unit));
    }
    observer.onCompleted();
  }

  @Override
  public StreamObserver<AddRequest> addAll(StreamObserver<Balance> observer) {
    executions.incrementAndGet();
    return new Adder(observer);
  }

  private final class Adder implements StreamObserver<AddRequest> {

    private final StreamObserver<Balance> observer;
    private Balance balance = Balance.getDefaultInstance();

    Adder(StreamObserver<Balance> observer) {
      this.observer = observer;
    }

    @Override
    public void onNext(AddRequest request) {
      balance = addTo(request);
    }

    @Override
    public void onError(Throwable failure) {
      // The call was abandoned.
    }

    @Override
    public void onCompleted() {
      observer.onNext(balance);
      observer.onCompleted();
    }
  }

  @Override
  public void addUnguarded(AddRequest request, StreamObserver<Balance> observer) {
    observer.onNext(Balance.newBuilder().setAmount(request.getAmount()).build());
    observer.onCompleted();
  }

  @Override
  public void get(AddRequest request, StreamObserver<Balance> observer) {
    addUnguarded(request, observer);
  }

  void addAndAnswer(AddRequest request, StreamObserver<Balance> observer) {
    Balance balance = addTo(request);
    observer.onNext(balance);
    observer.onCompleted();
  }

  /** Adds within the call's transaction, blocking on it. */
  Balance addTo(AddRequest request) {
    Transaction transaction = IdempotentCall.current().transaction();
    byte[] key = accounts.pack(request.getAccount());
    long amount = amount(transaction.get(key).join()) + request.getAmount();
    write(transaction, request.getAccount(), amount);
    return Balance.newBuilder().setAccount(request.getAccount()).setAmount(amount).build();
  }

  /** Adds and answers as a handler does that never blocks. */
  void addAsync(AddRequest request, StreamObserver<Balance> observer) {
    Transaction transaction = IdempotentCall.current().transaction();
    String account = request.getAccount();
    CompletableFuture<Void> unused =
        balanceAsync(transaction, account)
            .thenAccept(
                before -> {
                  long amount = before + request.getAmount();
                  write(transaction, account, amount);
                  observer.onNext(
                      Balance.newBuilder().setAccount(account).setAmount(amount).build());
                  observer.onCompleted();
                });
  }

  CompletableFuture<Long> balanceAsync(Transaction transaction, String account) {
    return transaction.get(accounts.pack(account)).thenApply(Ledger::amount);
  }

  void write(Transaction transaction, String account, long amount) {
    transaction.set(accounts.pack(account), Tuple.from(amount).pack());
  }

  long balance(Database database, String account) {
    return amount(database.run(tr -> tr.get(accounts.pack(account)).join()));
  }

  private static long amount(byte[] value) {
    return value == null ? 0 : Tuple.fromBytes(value).getLong(0);
  }

  /** All that the database holds, to see that nothing was written. */
  static List<String> contents(Database database) {
    return database.run(
        tr ->
            tr.getRange(new byte[0], new byte[] {(byte) 0xFF}).asList().join().stream()
                .map(Ledger::text)
                .toList());
  }

  private static String text(KeyValue entry) {
    return new String(entry.getKey(), UTF_8) + "=" + new String(entry.getValue(), UTF_8);
  }
}
