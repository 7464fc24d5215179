package io.github.grpconce.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.StepsServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service whose handler takes an amount in one step and gives it in the next. What each step does
 * is added up in the store, so that what was done twice can be seen. A test can have the next
 * executions do something else.
 */
final class Transfers extends StepsServiceGrpc.StepsServiceImplBase {

  /** What one execution does. */
  interface Behaviour {
    Balance handle(AddRequest request, IdempotentCall call);
  }

  private static final Subspace EFFECTS = new Subspace(Tuple.from("effects"));

  private final Queue<Behaviour> behaviours = new ConcurrentLinkedQueue<>();
  private final AtomicInteger executions = new AtomicInteger();

  /** Queues what the next execution does. */
  Transfers next(Behaviour behaviour) {
    behaviours.add(behaviour);
    return this;
  }

  /** How often a handler was started. */
  int executions() {
    return executions.get();
  }

  @Override
  public void transfer(AddRequest request, StreamObserver<Balance> observer) {
    executions.incrementAndGet();
    Behaviour behaviour = behaviours.poll();
    try {
      Balance answer =
          (behaviour == null ? usual() : behaviour).handle(request, IdempotentCall.current());
      observer.onNext(answer);
      observer.onCompleted();
    } catch (RuntimeException e) {
      observer.onError(e);
    }
  }

  private static Behaviour usual() {
    return (request, call) -> {
      take(request, call);
      return give(request, call);
    };
  }

  static void take(AddRequest request, IdempotentCall call) {
    call.step("take", transaction -> add(transaction, "taken", request.getAmount()));
  }

  static Balance give(AddRequest request, IdempotentCall call) {
    return call.step("give", Balance.parser(), transaction -> given(transaction, request));
  }

  static Balance given(Transaction transaction, AddRequest request) {
    add(transaction, "given", request.getAmount());
    return Balance.newBuilder()
        .setAccount(request.getAccount())
        .setAmount(request.getAmount())
        .build();
  }

  static void add(Transaction transaction, String what, long amount) {
    transaction.mutate(MutationType.ADD, EFFECTS.pack(what), littleEndian(amount));
  }

  private static byte[] littleEndian(long number) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
  }

  /** The sum of what a step has done. */
  static long sum(Database database, String what) {
    return database.run(transaction -> sumAsync(transaction, what).join());
  }

  static CompletableFuture<Long> sumAsync(Transaction transaction, String what) {
    return transaction.get(EFFECTS.pack(what)).thenApply(Transfers::number);
  }

  private static long number(byte[] value) {
    return value == null ? 0 : ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** How many keys there are of a kind of the records' space. */
  static int count(Database database, char kind) {
    return database.run(transaction -> countAsync(transaction, kind).join());
  }

  static CompletableFuture<Integer> countAsync(Transaction transaction, char kind) {
    byte[] prefix = LedgerServer.RECORDS.getKey();
    byte[] begin = Arrays.copyOf(prefix, prefix.length + 1);
    begin[prefix.length] = String.valueOf(kind).getBytes(UTF_8)[0];
    return transaction.getRange(Range.startsWith(begin)).asList().thenApply(List::size);
  }
}
