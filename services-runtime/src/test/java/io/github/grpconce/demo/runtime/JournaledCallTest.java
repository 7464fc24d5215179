package io.github.grpconce.demo.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.GetAccountRequest;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is sent waits until what is counted is stored. */
class JournaledCallTest {

  private final Deque<CompletableFuture<Void>> commits = new ArrayDeque<>();
  private final RecordingCall transport = new RecordingCall();
  private final JournaledCall<GetAccountRequest, Account> call =
      new JournaledCall<>(
          transport,
          new AttemptJournal(
              FakeDatabase.with("runAsync", this::commit), ServiceSpace.named("test").journal()));

  @Test
  void answer_waitsForTheAttemptsCount() {
    answer(new Metadata());
    assertEquals(List.of(), transport.sent);

    commits.remove().complete(null);

    assertEquals(List.of("headers", "message", "OK"), transport.sent);
    assertEquals(0, commits.size());
  }

  @Test
  void countedAttempt_isAnsweredAtOnce() {
    commits.remove().complete(null);

    answer(new Metadata());

    assertEquals(List.of("headers", "message", "OK"), transport.sent);
  }

  @Test
  void replay_waitsForBothCounts() {
    commits.remove().complete(null);

    answer(replayed());
    assertEquals(List.of(), transport.sent);
    commits.remove().complete(null);

    assertEquals(List.of("headers", "message", "OK"), transport.sent);
  }

  @Test
  void replayedFailure_isCountedFromItsTrailers() {
    commits.remove().complete(null);

    call.close(Status.NOT_FOUND, replayed());
    assertEquals(List.of(), transport.sent);
    commits.remove().complete(null);

    assertEquals(List.of("NOT_FOUND"), transport.sent);
  }

  @Test
  void failedCount_holdsNothingBack() {
    answer(new Metadata());

    commits.remove().completeExceptionally(new IllegalStateException("the store is gone"));

    assertEquals(List.of("headers", "message", "OK"), transport.sent);
  }

  private void answer(Metadata headers) {
    call.sendHeaders(headers);
    call.sendMessage(Account.getDefaultInstance());
    call.close(Status.OK, new Metadata());
  }

  private CompletableFuture<Void> commit() {
    CompletableFuture<Void> commit = new CompletableFuture<>();
    commits.add(commit);
    return commit;
  }

  private static Metadata replayed() {
    Metadata metadata = new Metadata();
    metadata.put(IdempotencyHeaders.REPLAYED, "true");
    return metadata;
  }

  private static final class RecordingCall extends ServerCall<GetAccountRequest, Account> {

    private final List<String> sent = new ArrayList<>();

    @Override
    public void request(int numMessages) {}

    @Override
    public void sendHeaders(Metadata headers) {
      sent.add("headers");
    }

    @Override
    public void sendMessage(Account message) {
      sent.add("message");
    }

    @Override
    public void close(Status status, Metadata trailers) {
      sent.add(status.getCode().name());
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<GetAccountRequest, Account> getMethodDescriptor() {
      return PaymentServiceGrpc.getGetAccountMethod();
    }
  }
}
