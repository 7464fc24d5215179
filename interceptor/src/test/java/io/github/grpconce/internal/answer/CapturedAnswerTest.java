package io.github.grpconce.internal.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.github.grpconce.v1.Outcome;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapturedAnswerTest {

  private static final Metadata.Key<String> KEY =
      Metadata.Key.of("key", Metadata.ASCII_STRING_MARSHALLER);

  private static Metadata metadata() {
    Metadata metadata = new Metadata();
    metadata.put(KEY, "value");
    return metadata;
  }

  private static Outcome outcome(Status status) {
    ByteString response = ByteString.copyFromUtf8("response");
    return CapturedAnswer.byHandler(
            status, metadata(), List.of("response"), List.of(response), metadata())
        .outcome();
  }

  @Test
  void outcomeOfAFailure_isItsStatusAndTrailers() {
    Outcome failure = outcome(Status.NOT_FOUND.withDescription("no such account"));

    assertEquals(Status.Code.NOT_FOUND.value(), failure.getCode());
    assertEquals("no such account", failure.getMessage());
    assertEquals(1, failure.getTrailersCount());
    assertEquals(0, failure.getHeadersCount());
    assertEquals(0, failure.getResponsesCount());
  }

  @Test
  void outcomeOfASuccess_isAllOfIt() {
    Outcome success = outcome(Status.OK);

    assertEquals(1, success.getTrailersCount());
    assertEquals(1, success.getHeadersCount());
    assertEquals(1, success.getResponsesCount());
  }
}
