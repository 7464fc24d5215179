package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Responses that can be read but once: each attempt has its own. */
@StoreTest
class OneShotMessagesTest {

  @AutoClose private final FloodedServer flood = new FloodedServer();
  private final ServerServiceDefinition service =
      ServerInterceptors.useInputStreamMessages(flood.server.ledger.bindService());

  @Test
  void joinersAndReplays_getWholeMessages() throws IOException {
    AtomicReference<StreamObserver<Balance>> handler = new AtomicReference<>();
    flood.server.ledger.always((request, observer) -> handler.set(observer));
    OpenCall<InputStream, InputStream> first = arrive();
    OpenCall<InputStream, InputStream> second = arrive();
    OpenCall<InputStream, InputStream> third = arrive();
    Wait.until(() -> handler.get() != null);

    handler.get().onNext(Balance.newBuilder().setAmount(5).build());
    handler.get().onCompleted();

    assertAnswered(first);
    assertAnswered(second);
    assertAnswered(third);
    assertAnswered(arrive());
    assertEquals(1, flood.server.ledger.executions());
  }

  @SuppressWarnings("unchecked") // As useInputStreamMessages makes it.
  private OpenCall<InputStream, InputStream> arrive() {
    var method =
        (MethodDescriptor<InputStream, InputStream>)
            service
                .getMethod(LedgerServiceGrpc.getAddMethod().getFullMethodName())
                .getMethodDescriptor();
    return OpenCall.open(flood.guard, service, method, headers("id"))
        .send(new ByteArrayInputStream(add("alice", 5).toByteArray()))
        .halfClose();
  }

  private static void assertAnswered(OpenCall<InputStream, InputStream> call) throws IOException {
    Wait.until(call::isAnswered);
    assertEquals(5, Balance.parseFrom(call.answer()).getAmount());
  }
}
