package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.Origin;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of one call and its later attempts, one after the other. */
@StoreTest
class TransactionModeTest {

  private static final String ID = RequestId.random().value();

  @AutoClose private final LedgerServer server = new LedgerServer();

  @ParameterizedTest
  @EnumSource(LedgerServer.Transport.class)
  void retryAfterCompletion_replaysTheRecordedAnswer(LedgerServer.Transport transport) {
    Channel channel = server.start(transport, options -> options, builder -> builder);
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();

    Balance first = stub(channel, ID).add(add("alice", 5));
    Balance second =
        stub(channel, ID)
            .withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
            .add(add("alice", 5));

    assertEquals(first, second);
    assertEquals("true", headers.get().get(IdempotencyHeaders.REPLAYED));
    assertEquals(5, server.balance("alice"));
    assertEquals(1, server.ledger.executions());
    assertEquals(0, server.faults.openTransactions());
  }

  @Test
  void firstAnswer_isNotMarkedAsReplayed() {
    AtomicReference<Metadata> headers = new AtomicReference<>();

    stub(server.start(), ID)
        .withInterceptors(
            MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()))
        .add(add("alice", 5));

    assertEquals(null, headers.get().get(IdempotencyHeaders.REPLAYED));
  }

  @Test
  void otherIds_areOtherOperations() {
    Channel channel = server.start();

    stub(channel, "one").add(add("alice", 5));
    stub(channel, "two").add(add("alice", 5));

    assertEquals(10, server.balance("alice"));
  }

  @Test
  void finalFailure_isReplayedAndItsWritesAreDropped() {
    Channel channel = server.start();
    server.ledger.next(
        (request, observer) -> {
          server.ledger.addTo(request);
          observer.onError(
              Status.FAILED_PRECONDITION.withDescription("too poor").asRuntimeException());
        });

    for (int attempt = 0; attempt < 2; attempt++) {
      StatusRuntimeException failure =
          assertThrows(StatusRuntimeException.class, () -> stub(channel, ID).add(add("alice", 5)));
      assertEquals(Status.Code.FAILED_PRECONDITION, failure.getStatus().getCode());
      assertEquals("too poor", failure.getStatus().getDescription());
      assertEquals(
          attempt == 0 ? null : "true", failure.getTrailers().get(IdempotencyHeaders.REPLAYED));
    }
    assertEquals(0, server.balance("alice"));
    assertEquals(1, server.ledger.executions());
  }

  @Test
  void retryableFailure_isNotRecordedAndTheNextAttemptExecutes() {
    Channel channel = server.start();
    server.ledger.next(
        (request, observer) -> {
          server.ledger.addTo(request);
          observer.onError(Status.UNAVAILABLE.asRuntimeException());
        });

    assertThrows(StatusRuntimeException.class, () -> stub(channel, ID).add(add("alice", 5)));
    assertEquals(0, server.contents().size());
    assertEquals(5, stub(channel, ID).add(add("alice", 5)).getAmount());
    assertEquals(2, server.ledger.executions());
  }

  @ParameterizedTest
  @ValueSource(ints = {1021, 1031, 1039})
  void commitOfUnknownResultThatLanded_isFoundAndReplayed(int code) {
    server.faults.landNextCommit(code);

    assertEquals(5, stub(server.start(), ID).add(add("alice", 5)).getAmount());
    assertEquals(5, server.balance("alice"));
    assertEquals(1, server.ledger.executions());
    assertEquals(0, server.faults.openTransactions());
  }

  @ParameterizedTest
  @ValueSource(ints = {1007, 1009, 1020, 1021, 1031, 1039})
  void commitThatWasDropped_isExecutedAgain(int code) {
    server.faults.dropNextCommit(code);

    assertEquals(5, stub(server.start(), ID).add(add("alice", 5)).getAmount());
    assertEquals(5, server.balance("alice"));
    assertEquals(2, server.ledger.executions());
    assertEquals(0, server.faults.openTransactions());
  }

  @Test
  void conflict_isExecutedAgainOnTheNewState() {
    server.faults.onNextCommit(
        commit ->
            () -> {
              server.store.run(
                  tr -> {
                    server.ledger.write(tr, "alice", 100);
                    return null;
                  });
              return commit.commit();
            });

    assertEquals(105, stub(server.start(), ID).add(add("alice", 5)).getAmount());
    assertEquals(105, server.balance("alice"));
    assertEquals(2, server.ledger.executions());
  }

  @Test
  void idInTheRequestItself_isUsedWhereTheHeadersHaveNone() {
    Channel channel = server.start();
    AddRequest request = add("alice", 5).toBuilder().setRequestId(ID).build();

    assertEquals(5, stub(channel).add(request).getAmount());
    assertEquals(5, stub(channel).add(request).getAmount());
    // The same operation, however its ID comes.
    assertEquals(5, stub(channel, ID).add(request).getAmount());
    assertEquals(5, stub(channel, ID).add(add("alice", 5)).getAmount());
    assertEquals(1, server.ledger.executions());
  }

  @Test
  void fieldsLeftOutOfTheFingerprint_mayDifferBetweenAttempts() {
    Channel channel = server.start();

    for (long sentAt = 1; sentAt <= 2; sentAt++) {
      Origin origin = Origin.newBuilder().setChannel("web").setSentAtMillis(sentAt).build();
      stub(channel, ID).add(add("alice", 5).toBuilder().setOrigin(origin).build());
    }

    assertEquals(5, server.balance("alice"));
  }

  @Test
  void retriesWithoutAnId_areCounted() {
    IdempotencyServerInterceptor interceptor = server.interceptor(options -> options);
    Channel channel = server.startUnchecked(interceptor.guard(server.ledger));
    Metadata retry = new Metadata();
    retry.put(IdempotencyHeaders.PREVIOUS_ATTEMPTS, "1");

    stub(channel, retry).get(add("alice", 5));
    stub(channel).addUnguarded(add("alice", 5));
    assertEquals(0, interceptor.retriesWithoutRequestId());

    stub(channel, retry).addUnguarded(add("alice", 5));
    stub(channel, retry).addWithoutId(add("alice", 5));
    assertThrows(StatusRuntimeException.class, () -> stub(channel, retry).add(add("alice", 5)));
    assertEquals(3, interceptor.retriesWithoutRequestId());

    retry.put(IdempotencyHeaders.REQUEST_ID, ID);
    stub(channel, retry).add(add("alice", 5));
    stub(channel, retry).addUnguarded(add("alice", 5));
    assertEquals(3, interceptor.retriesWithoutRequestId());
  }

  @Test
  void withoutAnId_isExecutedEveryTimeWithItsTransaction() {
    Channel channel = server.start();

    stub(channel).addWithoutId(add("alice", 5));
    stub(channel).addWithoutId(add("alice", 5));

    assertEquals(10, server.balance("alice"));
    assertEquals(1, server.contents().size());
  }
}
