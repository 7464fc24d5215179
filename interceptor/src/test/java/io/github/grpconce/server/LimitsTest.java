package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.Outcome;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is exactly as large as it may be, and what is one byte larger. */
@StoreTest
class LimitsTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);
  private static final Status FAILURE =
      Status.FAILED_PRECONDITION.withDescription("x".repeat(1_000));

  /** With all that is recorded of the failure. */
  private static final int BYTES_OF_THE_FAILURE =
      Outcome.newBuilder()
          .setCode(FAILURE.getCode().value())
          .setMessage(FAILURE.getDescription())
          .build()
          .getSerializedSize();

  @Test
  void request() {
    int size = REQUEST.getSerializedSize();
    try (LedgerServer server = new LedgerServer()) {
      Channel tooSmall = server.start(options -> options.maxRequestBytes(size - 1));

      assertReason(
          ErrorReason.REQUEST_TOO_LARGE,
          assertThrows(StatusRuntimeException.class, () -> stub(tooSmall, ID).add(REQUEST)));
      Channel exact = server.start(options -> options.maxRequestBytes(size));
      assertEquals(5, stub(exact, ID).add(REQUEST).getAmount());
    }
  }

  @Test
  void failureInATransaction() {
    try (LedgerServer server = new LedgerServer()) {
      server.ledger.always((request, observer) -> observer.onError(FAILURE.asRuntimeException()));
      Channel tooSmall =
          server.start(options -> options.maxResponseBytes(BYTES_OF_THE_FAILURE - 1));
      Channel exact = server.start(options -> options.maxResponseBytes(BYTES_OF_THE_FAILURE));

      assertReason(
          ErrorReason.RESPONSE_TOO_LARGE,
          assertThrows(StatusRuntimeException.class, () -> stub(tooSmall, ID).add(REQUEST)));
      for (int attempt = 0; attempt < 2; attempt++) {
        StatusRuntimeException failure =
            assertThrows(StatusRuntimeException.class, () -> stub(exact, ID).add(REQUEST));
        assertEquals(FAILURE.getDescription(), failure.getStatus().getDescription());
        assertEquals(attempt == 1, failure.getTrailers().containsKey(IdempotencyHeaders.REPLAYED));
      }
    }
  }

  /** What is too large isn't recorded, but the steps are kept, and the next attempt goes on. */
  @Test
  void failureInSteps() {
    try (StepsByHand steps = new StepsByHand()) {
      OpenCall<AddRequest, Balance> refused =
          failed(steps, steps.start(o -> o.maxResponseBytes(BYTES_OF_THE_FAILURE - 1)));
      assertReason(ErrorReason.RESPONSE_TOO_LARGE, refused.failure());
      assertTrue(steps.lease(ID).getReleased());

      OpenCall<AddRequest, Balance> recorded =
          failed(steps, steps.start(o -> o.maxResponseBytes(BYTES_OF_THE_FAILURE)));
      assertEquals(Status.Code.FAILED_PRECONDITION, recorded.code());
      assertFalse(recorded.isReplayed());
      assertTrue(steps.start().arrive(ID).isReplayed());
      assertEquals(1, steps.done("take"));
      assertEquals(2, steps.handlers().size());
    }
  }

  private static OpenCall<AddRequest, Balance> failed(StepsByHand steps, StepsByHand.Node server) {
    OpenCall<AddRequest, Balance> call = server.arrive(ID);
    steps.handler().step("take").join();
    steps.handler().fail(FAILURE);
    return call;
  }

  private static void assertReason(ErrorReason reason, Throwable failure) {
    assertEquals(Optional.of(reason), ErrorReason.of(failure));
  }
}
