package io.github.grpconce.demo.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.ErrorReason;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service sweeps its records by itself, with the retention that it was told. */
@OnEngineOnly("files")
class RetentionFlagTest {

  /** A server may go by the horizon of ten seconds ago. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(50);

  @TempDir private Path directory;

  @Test
  void idsOlderThanTheRetention_areRefused_andYoungerOnesAreNot() throws Exception {
    try (ServiceUnderTest service =
        ServiceUnderTest.start(new NoPayments(), "--data=" + directory, "--retention=PT10M")) {
      ManagedChannel channel = service.connect();
      long start = System.nanoTime();
      while (!isExpired(charge(channel, Duration.ofMinutes(11)))) {
        assertTrue(System.nanoTime() - start < PATIENCE.toNanos(), "never refused");
        LockSupport.parkNanos(POLL.toNanos());
      }

      assertEquals(
          Status.Code.UNIMPLEMENTED,
          charge(channel, Duration.ofMinutes(8)).getStatus().getCode(),
          "it got to the service");
      channel.shutdownNow();
    }
  }

  private static boolean isExpired(StatusRuntimeException failure) {
    return ErrorReason.of(failure).equals(Optional.of(ErrorReason.REQUEST_ID_EXPIRED));
  }

  private static StatusRuntimeException charge(ManagedChannel channel, Duration age) {
    InstantSource then = InstantSource.fixed(Instant.now().minus(age));
    Metadata headers = new Metadata();
    headers.put(IdempotencyHeaders.REQUEST_ID, RequestId.random(then, UUID::randomUUID).value());
    return assertThrows(
        StatusRuntimeException.class,
        () ->
            PaymentServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .charge(ChargeRequest.getDefaultInstance()));
  }
}
