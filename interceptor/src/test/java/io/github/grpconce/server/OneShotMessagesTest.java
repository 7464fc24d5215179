package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.headers;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.AddRequest;
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
import java.util.ArrayList;
import java.util.List;
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

  @Test
  void joinersAndReplaysOfAStream_getAllOfIt() throws IOException {
    AtomicReference<StreamObserver<Balance>> handler = new AtomicReference<>();
    flood.server.ledger.always((request, observer) -> handler.set(observer));
    OpenCall<InputStream, InputStream> first = arrive(LedgerServiceGrpc.getAddEachMethod());
    OpenCall<InputStream, InputStream> second = arrive(LedgerServiceGrpc.getAddEachMethod());
    OpenCall<InputStream, InputStream> third = arrive(LedgerServiceGrpc.getAddEachMethod());
    Wait.until(() -> handler.get() != null);

    for (int amount = 1; amount <= 3; amount++) {
      handler.get().onNext(Balance.newBuilder().setAmount(amount).build());
    }
    handler.get().onCompleted();

    assertStreamed(first);
    assertStreamed(second);
    assertStreamed(third);
    assertStreamed(arrive(LedgerServiceGrpc.getAddEachMethod()));
    assertEquals(1, flood.server.ledger.executions());
  }

  private OpenCall<InputStream, InputStream> arrive() {
    return arrive(LedgerServiceGrpc.getAddMethod());
  }

  @SuppressWarnings("unchecked") // As useInputStreamMessages makes it.
  private OpenCall<InputStream, InputStream> arrive(MethodDescriptor<AddRequest, Balance> of) {
    var method =
        (MethodDescriptor<InputStream, InputStream>)
            service.getMethod(of.getFullMethodName()).getMethodDescriptor();
    return OpenCall.open(flood.guard, service, method, headers("id"))
        .send(new ByteArrayInputStream(add("alice", 5).toByteArray()))
        .halfClose();
  }

  private static void assertAnswered(OpenCall<InputStream, InputStream> call) throws IOException {
    Wait.until(call::isAnswered);
    assertEquals(5, Balance.parseFrom(call.answer()).getAmount());
  }

  private static void assertStreamed(OpenCall<InputStream, InputStream> call) throws IOException {
    Wait.until(call::isAnswered);
    List<Long> amounts = new ArrayList<>();
    for (InputStream message : call.answers()) {
      amounts.add(Balance.parseFrom(message).getAmount());
    }
    assertEquals(List.of(1L, 2L, 3L), amounts);
  }
}
