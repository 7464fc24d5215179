package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc.LedgerServiceBlockingStub;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That later attempts get back all that the first one got. */
@StoreTest
class AnswersTest {

  private static final String ID = RequestId.random().value();
  private static final AddRequest REQUEST = add("alice", 5);
  private static final Metadata.Key<String> TEXT =
      Metadata.Key.of("x-text", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<byte[]> BYTES =
      Metadata.Key.of("x-bytes-bin", Metadata.BINARY_BYTE_MARSHALLER);

  @AutoClose private final LedgerServer server = new LedgerServer();
  private final AtomicReference<Metadata> headers = new AtomicReference<>();
  private final AtomicReference<Metadata> trailers = new AtomicReference<>();

  /** It must not wait for what can't be sent; what was recorded is there for its next attempt. */
  @Test
  void answerThatAnInterceptorAboveBreaksDownOn_endsTheCall() {
    Channel channel =
        server.start(
            LedgerServer.Transport.IN_PROCESS,
            options -> options,
            builder -> builder,
            new BreakingDown());

    StatusRuntimeException failure =
        assertThrows(StatusRuntimeException.class, () -> stub(channel, ID).add(REQUEST));

    assertEquals(Status.Code.INTERNAL, failure.getStatus().getCode());
    assertEquals(5, stub(server.start(), ID).add(REQUEST).getAmount());
    assertEquals(1, server.ledger.executions());
  }

  /** Passes no message on. */
  private static final class BreakingDown implements ServerInterceptor {

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      return next.startCall(new MuteCall<>(call), headers);
    }
  }

  private static final class MuteCall<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {

    MuteCall(ServerCall<ReqT, RespT> call) {
      super(call);
    }

    @Override
    public void sendMessage(RespT message) {
      throw new IllegalStateException("secret");
    }
  }

  @Test
  void headersAndTrailersOfASuccess_areReplayed() {
    Channel channel = server.startBelow(new Decorator());

    Balance first = call(channel).add(REQUEST);
    assertDecorated(false);
    assertEquals(first, call(channel).add(REQUEST));
    assertDecorated(true);
  }

  private void assertDecorated(boolean replayed) {
    assertEquals("header", headers.get().get(TEXT));
    assertEquals(replayed ? "true" : null, headers.get().get(IdempotencyHeaders.REPLAYED));
    assertIterableEquals(List.of("one", "two"), trailers.get().getAll(TEXT));
    assertArrayEquals(new byte[] {0, -1, 10}, trailers.get().get(BYTES));
    assertNull(trailers.get().get(IdempotencyHeaders.RETRY_PUSHBACK_MILLIS));
  }

  @Test
  void detailsOfAFailure_areReplayed() {
    ErrorInfo details = ErrorInfo.newBuilder().setReason("TOO_POOR").setDomain("ledger").build();
    server.ledger.next(
        (request, observer) ->
            observer.onError(
                StatusProto.toStatusRuntimeException(
                    com.google.rpc.Status.newBuilder()
                        .setCode(Status.Code.FAILED_PRECONDITION.value())
                        .setMessage("zu arm: ä€")
                        .addDetails(Any.pack(details))
                        .build())));
    Channel channel = server.start();

    com.google.rpc.Status first = failure(channel);
    com.google.rpc.Status second = failure(channel);

    assertEquals("zu arm: ä€", first.getMessage());
    assertEquals(Any.pack(details), first.getDetails(0));
    assertEquals(first, second);
    assertEquals(1, server.ledger.executions());
  }

  @Test
  void failure_isTrailersOnly() {
    server.ledger.next(
        (request, observer) -> {
          // Sends the headers too.
          observer.onNext(server.ledger.addTo(request));
          observer.onError(Status.NOT_FOUND.asRuntimeException());
        });
    HeadersWatch watch = new HeadersWatch();
    Channel channel =
        server.start(LedgerServer.Transport.NETTY, options -> options, builder -> builder, watch);

    failure(channel);
    failure(channel);

    assertFalse(watch.headersSent);
    assertEquals(0, server.balance("alice"));
  }

  @Test
  void nothingIsSentBeforeTheCommit() {
    HeadersWatch watch = new HeadersWatch();
    AtomicReference<Boolean> sentBefore = new AtomicReference<>();
    server.faults.onNextCommit(
        commit ->
            () -> {
              sentBefore.set(watch.headersSent);
              return commit.commit();
            });

    call(server.start(LedgerServer.Transport.NETTY, options -> options, b -> b, watch))
        .add(REQUEST);

    assertEquals(false, sentBefore.get());
    assertTrue(watch.headersSent);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 89_000, 90_000, 180_001, 1_000_000})
  void responsesOfAnySize_areReplayed(int size) {
    server.ledger.next(
        (request, observer) -> {
          byte[] padding = new byte[size];
          for (int i = 0; i < size; i++) {
            padding[i] = (byte) (i % 251);
          }
          observer.onNext(
              server.ledger.addTo(request).toBuilder()
                  .setPadding(ByteString.copyFrom(padding))
                  .build());
          observer.onCompleted();
        });
    Channel channel = server.start();

    Balance first = call(channel).add(REQUEST);

    assertEquals(size, first.getPadding().size());
    assertEquals(first, call(channel).add(REQUEST));
    assertEquals(1, server.ledger.executions());
  }

  @Test
  void unguardedMethod_isPassedTheVeryCallAndHeaders() {
    Identity above = new Identity();
    Identity below = new Identity();
    Channel channel = server.startBetween(above, below);

    stub(channel, ID).addUnguarded(REQUEST);
    assertSawTheSame(above, below);
    stub(channel, ID).get(REQUEST);
    assertSawTheSame(above, below);
    assertEquals(0, server.contents().size());
  }

  private static void assertSawTheSame(Identity above, Identity below) {
    assertSame(above.call, below.call);
    assertSame(above.headers, below.headers);
    assertSame(above.listener, below.listener);
  }

  private LedgerServiceBlockingStub call(Channel channel) {
    return stub(channel, ID)
        .withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
  }

  private com.google.rpc.Status failure(Channel channel) {
    return StatusProto.fromThrowable(
        assertThrows(StatusRuntimeException.class, () -> call(channel).add(REQUEST)));
  }

  /** Adds headers and trailers, some of which belong to one attempt only. */
  private static final class Decorator implements ServerInterceptor {

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      return next.startCall(new DecoratedCall<>(call), headers);
    }
  }

  private static final class DecoratedCall<ReqT, RespT>
      extends SimpleForwardingServerCall<ReqT, RespT> {

    DecoratedCall(ServerCall<ReqT, RespT> delegate) {
      super(delegate);
    }

    @Override
    public void sendHeaders(Metadata headers) {
      headers.put(TEXT, "header");
      super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      trailers.put(TEXT, "one");
      trailers.put(TEXT, "two");
      trailers.put(BYTES, new byte[] {0, -1, 10});
      trailers.put(IdempotencyHeaders.RETRY_PUSHBACK_MILLIS, "7");
      super.close(status, trailers);
    }
  }

  /** Stands above the guard and sees whether headers are sent. */
  private static final class HeadersWatch implements ServerInterceptor {

    private volatile boolean headersSent;

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      return next.startCall(new WatchedCall<>(call), headers);
    }

    private final class WatchedCall<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {

      WatchedCall(ServerCall<ReqT, RespT> delegate) {
        super(delegate);
      }

      @Override
      public void sendHeaders(Metadata headers) {
        headersSent = true;
        super.sendHeaders(headers);
      }
    }
  }

  /** Keeps what it was given. */
  private static final class Identity implements ServerInterceptor {

    private volatile ServerCall<?, ?> call;
    private volatile Metadata headers;
    private volatile ServerCall.Listener<?> listener;

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> theCall, Metadata theHeaders, ServerCallHandler<ReqT, RespT> next) {
      call = theCall;
      headers = theHeaders;
      ServerCall.Listener<ReqT> theListener = next.startCall(theCall, theHeaders);
      listener = theListener;
      return theListener;
    }
  }
}
