package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.SettableFuture;
import com.google.protobuf.ByteString;
import io.github.grpconce.ErrorReason;
import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guarded methods that stream one way: all or nothing, and the same list at every attempt. */
@StoreTest
class StreamingTest {

  private static final String ID = RequestId.random().value();

  @AutoClose private final LedgerServer server = new LedgerServer();

  @ParameterizedTest
  @EnumSource(LedgerServer.Transport.class)
  void serverStreaming_replaysTheWholeList(LedgerServer.Transport transport) {
    Channel channel = server.start(transport, options -> options, builder -> builder);
    AddRequest request = add("alice", 3);

    List<Balance> first = ImmutableList.copyOf(stub(channel, ID).addEach(request));
    List<Balance> second = ImmutableList.copyOf(stub(channel, ID).addEach(request));

    assertEquals(List.of(1L, 2L, 3L), first.stream().map(Balance::getAmount).toList());
    assertEquals(first, second);
    assertEquals(3, server.balance("alice"));
    assertEquals(1, server.ledger.executions());
  }

  @Test
  void serverStreamingWithNoResponses_isReplayedAsSuch() {
    Channel channel = server.start();

    assertFalse(stub(channel, ID).addEach(add("alice", 0)).hasNext());
    assertFalse(stub(channel, ID).addEach(add("alice", 0)).hasNext());
    assertEquals(1, server.ledger.executions());
  }

  @Test
  void serverStreamingThatFailsHalfWay_sendsAndWritesNothing() {
    server.ledger.next(
        (request, observer) -> {
          observer.onNext(server.ledger.addTo(request));
          observer.onError(Status.UNAVAILABLE.asRuntimeException());
        });
    Channel channel = server.start();

    StatusRuntimeException failure =
        assertThrows(
            StatusRuntimeException.class, () -> stub(channel, ID).addEach(add("alice", 2)).next());

    assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode());
    assertEquals(0, server.contents().size());
    assertEquals(2, ImmutableList.copyOf(stub(channel, ID).addEach(add("alice", 2))).size());
    assertEquals(2, server.balance("alice"));
  }

  @Test
  void serverStreamingOverTheLimit_isRefused() {
    server.ledger.always(
        (request, observer) -> {
          // As a handler does that heeds flow control, until it is told that the call is over.
          var call = (ServerCallStreamObserver<Balance>) observer;
          Balance padded =
              Balance.newBuilder().setPadding(ByteString.copyFrom(new byte[100])).build();
          while (!call.isCancelled() && call.isReady()) {
            observer.onNext(padded);
          }
        });
    Channel channel = server.start(options -> options.maxResponseBytes(10_000));

    StatusRuntimeException failure =
        assertThrows(
            StatusRuntimeException.class, () -> stub(channel, ID).addEach(add("alice", 2)).next());

    assertEquals(Optional.of(ErrorReason.RESPONSE_TOO_LARGE), ErrorReason.of(failure));
    assertEquals(0, server.contents().size());
  }

  @ParameterizedTest
  @EnumSource(LedgerServer.Transport.class)
  void clientStreaming_executesTheWholeListOnce(LedgerServer.Transport transport) throws Exception {
    server.faults.dropNextCommit(1020);
    Channel channel = server.start(transport, options -> options, builder -> builder);
    List<AddRequest> requests = List.of(add("alice", 1), add("alice", 2), add("alice", 4));

    assertEquals(7, addAll(channel, requests).get().getAmount());
    assertEquals(7, addAll(channel, requests).get().getAmount());

    assertEquals(7, server.balance("alice"));
    assertEquals(2, server.ledger.executions());
  }

  @Test
  void clientStreamingWithAnotherList_isRefused() throws Exception {
    Channel channel = server.start();
    addAll(channel, List.of(add("alice", 1), add("alice", 2))).get();

    assertRefused(
        ErrorReason.REQUEST_ID_REUSED, addAll(channel, List.of(add("alice", 1), add("alice", 3))));
    assertRefused(ErrorReason.REQUEST_ID_REUSED, addAll(channel, List.of(add("alice", 1))));
    assertEquals(3, server.balance("alice"));
  }

  @Test
  void clientStreamingOverTheLimit_isRefusedBeforeItEnds() {
    Channel channel = server.start(options -> options.maxRequestBytes(100));
    SettableFuture<Balance> answer = SettableFuture.create();
    StreamObserver<AddRequest> requests = open(channel, answer);
    for (int i = 0; i < 20; i++) {
      requests.onNext(add("alice", 1));
    }

    assertRefused(ErrorReason.REQUEST_TOO_LARGE, answer);
    assertEquals(0, server.ledger.executions());
  }

  @Test
  void clientStreamingOfEmptyMessages_hasALimitToo() {
    Channel channel = server.start(options -> options.maxRequestBytes(10));

    assertRefused(
        ErrorReason.REQUEST_TOO_LARGE,
        addAll(channel, Collections.nCopies(11, AddRequest.getDefaultInstance())));
    assertEquals(0, server.ledger.executions());
  }

  @Test
  void clientStreamingWithNoMessages_isACallLikeAnother() throws Exception {
    assertEquals(0, addAll(server.start(), List.of()).get().getAmount());
    assertEquals(1, server.ledger.executions());
  }

  private static void assertRefused(ErrorReason reason, SettableFuture<Balance> answer) {
    ExecutionException failure = assertThrows(ExecutionException.class, answer::get);
    assertEquals(Optional.of(reason), ErrorReason.of(failure));
  }

  private static SettableFuture<Balance> addAll(Channel channel, List<AddRequest> requests) {
    SettableFuture<Balance> answer = SettableFuture.create();
    StreamObserver<AddRequest> stream = open(channel, answer);
    requests.forEach(stream::onNext);
    stream.onCompleted();
    return answer;
  }

  private static StreamObserver<AddRequest> open(Channel channel, SettableFuture<Balance> answer) {
    return LedgerServiceGrpc.newStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(LedgerServer.headers(ID)))
        .addAll(new SoleAnswer(answer));
  }
}
