package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.util.concurrent.ListenableFuture;
import io.github.grpconce.RequestId;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** In which context interceptors above a guard see answers: that of the attempt, as without it. */
@StoreTest
class AttemptContextTest {

  private static final String ID = RequestId.random().value();
  private static final Metadata.Key<String> USER =
      Metadata.Key.of("user", Metadata.ASCII_STRING_MARSHALLER);

  @AutoClose private final LedgerServer server = new LedgerServer();
  private final Auditor auditor = new Auditor();

  @Test
  void answer_isSentInTheContextOfItsOwnAttempt() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    server.ledger.next(
        (request, observer) -> {
          started.countDown();
          Wait.until(() -> mayGoOn.getCount() == 0);
          server.ledger.addAndAnswer(request, observer);
        });
    Channel channel =
        server.start(
            LedgerServer.Transport.IN_PROCESS, options -> options, builder -> builder, auditor);

    ListenableFuture<Balance> first = call(channel, "carol");
    started.await();
    ListenableFuture<Balance> second = call(channel, "dave");
    Wait.until(() -> server.entries.entered() == 2);
    mayGoOn.countDown();
    first.get();
    second.get();

    assertEquals(Map.of("carol", "carol", "dave", "dave"), auditor.senders);
  }

  private static ListenableFuture<Balance> call(Channel channel, String user) {
    Metadata headers = headers(ID);
    headers.put(USER, user);
    return LedgerServiceGrpc.newFutureStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .add(add("alice", 5));
  }

  /** Notes for each caller in whose name the answer is sent. */
  private static final class Auditor implements ServerInterceptor {

    private static final Context.Key<String> CALLER = Context.keyWithDefault("caller", "nobody");

    private final Map<String, String> senders = new ConcurrentHashMap<>();

    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      String user = headers.get(USER);
      return Contexts.interceptCall(
          Context.current().withValue(CALLER, user), new Audited<>(call, user), headers, next);
    }

    private final class Audited<ReqT, RespT> extends SimpleForwardingServerCall<ReqT, RespT> {

      private final String user;

      Audited(ServerCall<ReqT, RespT> call, String user) {
        super(call);
        this.user = user;
      }

      @Override
      public void close(Status status, Metadata trailers) {
        senders.put(user, CALLER.get());
        super.close(status, trailers);
      }
    }
  }
}
