package io.github.grpconce.internal.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.LogCapture;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.grpc.Metadata;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator learns of clients that retry without request IDs. */
class UnidentifiedRetriesTest {

  @Test
  void eachMethod_isNamedOnce_andEachRetryCounted() {
    UnidentifiedRetries retries = new UnidentifiedRetries();
    Metadata headers = new Metadata();
    headers.put(IdempotencyHeaders.PREVIOUS_ATTEMPTS, "1");

    List<String> seen;
    try (LogCapture log = LogCapture.start()) {
      for (int i = 0; i < 3; i++) {
        retries.see(LedgerServiceGrpc.getAddUnguardedMethod(), headers);
        retries.see(LedgerServiceGrpc.getAddWithoutIdMethod(), headers);
        retries.see(LedgerServiceGrpc.getAddMethod(), new Metadata());
      }
      seen = log.seen();
    }

    assertEquals(6, retries.count());
    assertEquals(2, seen.size());
    assertTrue(seen.get(0).contains("LedgerService/AddUnguarded"), seen.get(0));
    assertTrue(seen.get(1).contains("LedgerService/AddWithoutId"), seen.get(1));
  }
}
