package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.RECORDS;
import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import com.google.protobuf.ByteString;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.GuardedExecution;
import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.TimelineScheduler;
import io.github.grpconce.operator.RecordInspector;
import io.github.grpconce.operator.RecordResolver;
import io.github.grpconce.operator.Resolution;
import io.github.grpconce.operator.RetentionSweeper;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Messages that have waited for longer than records are kept: in one thread, and in virtual time.
 */
@Timeout(60)
@StoreTest
class ConsumedBacklogTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration RETENTION = Duration.ofHours(24);
  private static final Subspace CALLEE = new Subspace(Tuple.from("callee"));
  private static final ByteString CONTENT = ByteString.copyFromUtf8("ship order 17");

  @AutoClose private final StepsByHand world = new StepsByHand();
  private final IdempotentConsumer refusing =
      IdempotentConsumer.named("shipping", world.faults.database(), RECORDS).withClock(this::now);
  private final IdempotentConsumer consumer = refusing.withOpaqueIds();

  /** Made when the queue began to be full. */
  private final RequestId message = RequestId.random(this::now, () -> new UUID(1, 2));

  private Instant now() {
    return START.plusNanos(world.time.nanoTime());
  }

  private void pass(Duration time) {
    world.time.advance(time);
    sweep(RECORDS);
    sweep(CALLEE);
  }

  private void sweep(Subspace records) {
    RetentionSweeper sweeper =
        RetentionSweeper.newBuilder(world.store, records)
            .retention(RETENTION)
            .clock(this::now)
            .timer(new TimelineScheduler(world.time, world.time))
            .executor(Runnable::run)
            .build();
    var unused = world.time.join(sweeper.sweepOnce());
  }

  private ByteString ship(Transaction transaction) {
    Transfers.add(transaction, "shipped", 1);
    return ByteString.copyFromUtf8("shipped");
  }

  /** Returns whether it was processed before. */
  private boolean deliver(IdempotentConsumer to) {
    return to.process(message, CONTENT, this::ship).replayed();
  }

  @Test
  void withoutTheOption_isRefusedAlthoughNobodyHasProcessedIt() {
    pass(RETENTION.plusHours(1));

    MessageRefusedException refusal =
        assertThrows(MessageRefusedException.class, () -> deliver(refusing));

    assertEquals(ErrorReason.REQUEST_ID_EXPIRED, refusal.reason());
    assertEquals(0, world.done("shipped"));
  }

  @Test
  void isProcessedOnce_untilItsRecordIsAsOldAsTheRetention() {
    pass(RETENTION.plusHours(1));

    assertFalse(deliver(consumer));
    assertTrue(deliver(consumer));
    pass(RETENTION.minusHours(1));
    assertTrue(deliver(consumer));
    assertTrue(deliver(refusing));
    assertEquals(1, world.done("shipped"));

    pass(Duration.ofHours(2));
    assertFalse(deliver(consumer));
    assertEquals(2, world.done("shipped"));
  }

  /** Its record would soon be forgotten if it were as old as the ID. */
  @Test
  void messageThatIsNearlyTooOld_isRememberedAsLongAsOthers() {
    pass(RETENTION.minusMinutes(1));
    assertFalse(deliver(consumer));

    pass(RETENTION.minusHours(1));

    assertTrue(deliver(consumer));
    assertEquals(1, world.done("shipped"));
  }

  @Test
  void anotherContent_isRefusedAllTheSame() {
    pass(RETENTION.plusHours(1));
    assertFalse(deliver(consumer));

    MessageRefusedException refusal =
        assertThrows(
            MessageRefusedException.class,
            () -> consumer.process(message, ByteString.EMPTY, this::ship));

    assertEquals(ErrorReason.REQUEST_ID_REUSED, refusal.reason());
  }

  /** Nothing is remembered for longer because of it. */
  @Test
  void messageFromTheFuture_isProcessed() {
    RequestId early = RequestId.random(() -> now().plus(RETENTION), () -> new UUID(1, 2));

    assertFalse(consumer.process(early, CONTENT, this::ship).replayed());
    assertTrue(consumer.process(early, CONTENT, this::ship).replayed());
  }

  @Test
  void optionThatIsIntroducedOrTakenBack_findsWhatWasProcessedBefore() {
    assertFalse(deliver(refusing));
    assertTrue(deliver(consumer));
    assertEquals(1, world.done("shipped"));

    RequestId other = RequestId.random(this::now, () -> new UUID(3, 4));
    assertFalse(consumer.process(other, CONTENT, this::ship).replayed());
    assertTrue(refusing.process(other, CONTENT, this::ship).replayed());
    assertEquals(2, world.done("shipped"));
  }

  /** Where its callee's records are as old as its own, it would be refused there. */
  @Test
  void callsOfItsFunction_areNotTooOldEither_andTakeEffectOnce() {
    int[] charges = {0};
    IdempotencyServerInterceptor callee =
        IdempotencyServerInterceptor.newBuilder(world.store, CALLEE)
            .clock(this::now)
            .executor(Runnable::run)
            .build();
    var payments =
        new LedgerServiceGrpc.LedgerServiceImplBase() {
          @Override
          public void add(AddRequest request, StreamObserver<Balance> observer) {
            charges[0]++;
            observer.onNext(Balance.getDefaultInstance());
            observer.onCompleted();
          }
        }.bindService();
    Function<Transaction, ByteString> charging =
        transaction -> {
          RequestId child = Objects.requireNonNull(GuardedExecution.current()).child("charge");
          OpenCall<AddRequest, Balance> call =
              OpenCall.open(
                      callee, payments, LedgerServiceGrpc.getAddMethod(), headers(child.value()))
                  .send(add("alice", 5))
                  .halfClose();
          assertEquals(Status.Code.OK, call.code());
          return ship(transaction);
        };
    pass(RETENTION.plusHours(1));
    world.faults.dropNextCommit(1510);

    assertThrows(RuntimeException.class, () -> consumer.process(message, CONTENT, charging));
    assertFalse(consumer.process(message, CONTENT, charging).replayed());

    assertEquals(1, charges[0]);
    assertEquals(1, world.done("shipped"));
  }

  @Test
  void operators_findAndForgetItsRecord() {
    pass(RETENTION.plusHours(1));
    assertFalse(deliver(consumer));
    RecordInspector inspector = RecordInspector.of(world.store, RECORDS);

    assertTrue(world.time.join(inspector.find("", "shipping", message)).isPresent());
    var seen = world.time.join(inspector.look("", "shipping", message)).orElseThrow();
    assertEquals(
        Resolution.FORGOTTEN,
        world.time.join(RecordResolver.of(world.store, RECORDS).forget(seen, "it was wrong")));

    assertEquals(Optional.empty(), world.time.join(inspector.find("", "shipping", message)));
    assertFalse(deliver(consumer));
  }
}
