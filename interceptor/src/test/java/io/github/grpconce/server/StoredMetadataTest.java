package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.answer.StoredMetadata;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.v1.Metadatum;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Headers that HTTP/2 lets clients send, and gRPC has no keys for. */
@StoreTest
class StoredMetadataTest {

  private static final String ID = RequestId.random().value();

  private final Metadata received =
      received(
          "x!y", "1", "-bin", "AA", IdempotencyHeaders.REQUEST_ID.name(), ID, "a.b_c-d", "acme");

  @Test
  void namesThatGrpcHasNoKeysFor_areLeftOut() {
    assertEquals(
        List.of("a.b_c-d", IdempotencyHeaders.REQUEST_ID.name()),
        StoredMetadata.of(received).stream().map(Metadatum::getKey).sorted().toList());
  }

  @Test
  void callWithSuchHeaders_isExecutedInSteps() throws Exception {
    try (StepsServers servers = new StepsServers()) {
      assertEquals(5, servers.start().begin(received, add("alice", 5)).get().getAmount());
    }
  }

  /** As a transport makes metadata of what it reads. */
  private static Metadata received(String... namesAndValues) {
    return InternalMetadata.newMetadata(
        Arrays.stream(namesAndValues).map(text -> text.getBytes(US_ASCII)).toArray(byte[][]::new));
  }
}
