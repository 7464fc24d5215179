package io.github.grpconce.server;

import static io.github.grpconce.server.LedgerServer.add;
import static io.github.grpconce.server.LedgerServer.stub;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.RequestId;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.teststore.StoreTest;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What handlers are told about how their calls ended. */
@StoreTest
class HandlerEventsTest {

  private static final String ID = RequestId.random().value();

  @AutoClose private final LedgerServer server = new LedgerServer();
  private final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();

  @ParameterizedTest
  @ValueSource(ints = {2101, 1510})
  void answerThatCannotBeCommitted_isNotSaidToBeComplete(int code) throws Exception {
    listenToTheNextExecution();
    server.faults.dropNextCommit(code);

    assertFails(server.start(), ID);

    assertEquals("cancelled", events.poll(10, SECONDS));
    assertTrue(events.isEmpty());
  }

  @Test
  void answerThatMayBeCommittedAndNobodyKnows_isNotSaidToBeComplete() throws Exception {
    listenToTheNextExecution();
    server.faults.dropNextCommit(1021);
    Channel channel = server.start();

    assertThrows(StatusRuntimeException.class, () -> stub(channel).addWithoutId(add("alice", 5)));

    assertEquals("cancelled", events.poll(10, SECONDS));
    assertTrue(events.isEmpty());
  }

  private void listenToTheNextExecution() {
    server.ledger.next(
        (request, observer) -> {
          var call = (ServerCallStreamObserver<Balance>) observer;
          call.setOnCancelHandler(() -> events.add("cancelled"));
          call.setOnCloseHandler(() -> events.add("complete"));
          server.ledger.addAndAnswer(request, observer);
        });
  }

  private static void assertFails(Channel channel, String requestId) {
    assertThrows(StatusRuntimeException.class, () -> stub(channel, requestId).add(add("alice", 5)));
  }
}
