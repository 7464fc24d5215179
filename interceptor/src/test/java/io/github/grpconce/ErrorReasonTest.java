package io.github.grpconce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.rpc.ErrorInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorReasonTest {

  @ParameterizedTest
  @CsvSource({
    "REQUEST_ID_MISSING, INVALID_ARGUMENT",
    "REQUEST_ID_INVALID, INVALID_ARGUMENT",
    "REQUEST_ID_REUSED, INVALID_ARGUMENT",
    "REQUEST_ID_EXPIRED, FAILED_PRECONDITION",
    "IN_PROGRESS, UNAVAILABLE",
    "REQUEST_TOO_LARGE, RESOURCE_EXHAUSTED",
    "RESPONSE_TOO_LARGE, RESOURCE_EXHAUSTED",
    "TRANSACTION_TOO_OLD, ABORTED",
    "STORE_UNAVAILABLE, UNAVAILABLE",
    "STORE_MISUSED, RESOURCE_EXHAUSTED",
    "RECORD_UNREADABLE, DATA_LOSS"
  })
  void refusal_hasTheCodeOfItsReason(ErrorReason reason, Status.Code code) {
    assertEquals(code, reason.code());
    assertEquals(code, reason.refusal("why").getStatus().getCode());
  }

  @ParameterizedTest
  @EnumSource
  void of_readsBackWhatRefusalWrote(ErrorReason reason) {
    StatusRuntimeException refusal = reason.refusal("why", Map.of("field", "amount"));
    assertEquals("why", refusal.getStatus().getDescription());
    assertEquals(Optional.of(reason), ErrorReason.of(refusal));
    assertEquals(Optional.of(reason), ErrorReason.of(new ExecutionException(refusal)));
    assertEquals(
        Optional.of(reason),
        ErrorReason.of(refusal.getStatus().asException(refusal.getTrailers())));
  }

  @Test
  void refusal_isAnErrorInfoInTheStatusDetails() throws Exception {
    StatusRuntimeException refusal =
        ErrorReason.REQUEST_ID_REUSED.refusal("why", Map.of("field", "amount"));
    com.google.rpc.Status status = StatusProto.fromThrowable(refusal);
    assertEquals(
        ErrorInfo.newBuilder()
            .setDomain("grpconce")
            .setReason("REQUEST_ID_REUSED")
            .putMetadata("field", "amount")
            .build(),
        status.getDetails(0).unpack(ErrorInfo.class));
    assertEquals(1, status.getDetailsCount());
  }

  @Test
  void refusal_carriesAPushbackOnlyWhenToldTo() {
    StatusRuntimeException refusal =
        ErrorReason.IN_PROGRESS.refusal("why", Duration.ofMillis(1500));
    assertEquals("1500", refusal.getTrailers().get(IdempotencyHeaders.RETRY_PUSHBACK_MILLIS));
    assertFalse(
        ErrorReason.IN_PROGRESS
            .refusal("why")
            .getTrailers()
            .containsKey(IdempotencyHeaders.RETRY_PUSHBACK_MILLIS));
  }

  @Test
  void of_anotherFailure_isEmpty() {
    assertEquals(Optional.empty(), ErrorReason.of(new IllegalStateException("no call")));
    assertEquals(Optional.empty(), ErrorReason.of(Status.UNAVAILABLE.asRuntimeException()));
    assertEquals(Optional.empty(), ErrorReason.of(with(Any.pack(Empty.getDefaultInstance()))));
    assertEquals(Optional.empty(), ErrorReason.of(with(errorInfo("example.com", "IN_PROGRESS"))));
    assertEquals(Optional.empty(), ErrorReason.of(with(errorInfo("grpconce", "FROM_THE_FUTURE"))));
  }

  @Test
  void of_detailsThatCantBeRead_isEmpty() {
    Any malformed =
        errorInfo("grpconce", "IN_PROGRESS").toBuilder()
            .setValue(ByteString.copyFrom(new byte[] {0x0a}))
            .build();
    assertEquals(Optional.empty(), ErrorReason.of(with(malformed)));
    Metadata trailers = new Metadata();
    trailers.put(
        Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER),
        new byte[] {0x0a});
    assertEquals(Optional.empty(), ErrorReason.of(Status.UNAVAILABLE.asRuntimeException(trailers)));
  }

  private static Any errorInfo(String domain, String reason) {
    return Any.pack(ErrorInfo.newBuilder().setDomain(domain).setReason(reason).build());
  }

  private static StatusRuntimeException with(Any detail) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Status.Code.UNAVAILABLE.value())
            .addDetails(detail)
            .build());
  }
}
