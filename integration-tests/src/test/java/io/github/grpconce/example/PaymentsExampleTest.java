package io.github.grpconce.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.demo.payment.v1.ChargeRequest;
import io.github.grpconce.demo.payment.v1.Payment;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.demo.proxy.Fault;
import io.github.grpconce.demo.proxy.FaultPlan;
import io.github.grpconce.demo.proxy.FaultProxy;
import io.github.grpconce.demo.proxy.FaultTally;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example does what the README says of it. */
@StoreTest
@Timeout(60)
final class PaymentsExampleTest {

  private static final FaultPlan LOSE_FIRST_TWO_RESPONSES =
      (content, attempt) -> attempt <= 2 ? Fault.of(Fault.Kind.LOSE_RESPONSE) : Fault.NONE;

  private static final ChargeRequest REQUEST =
      ChargeRequest.newBuilder().setCustomerAccountId("ann").setAmountCents(250).build();

  private final Database database = TestStore.open(EmbeddedDatabase::inMemory);
  private Server server;
  private FaultProxy proxy;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    server = PaymentsExample.start(database, 0);
    proxy =
        FaultProxy.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()),
            LOSE_FIRST_TWO_RESPONSES);
    channel = PaymentsExample.connect("localhost:" + proxy.port());
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    proxy.close();
    server.shutdownNow();
    database.close();
  }

  @Test
  void lostResponses_areRetriedAndChargeOnce() {
    Payment payment =
        PaymentServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .charge(REQUEST);
    assertEquals(250, payment.getAmountCents());
    assertEquals(250, spent("ann"));
    assertEquals(new FaultTally(3, 2, 0, 0), proxy.tally());
  }

  private long spent(String customer) {
    byte[] cents = database.read(tr -> tr.get(Tuple.from("spent", customer).pack()).join());
    return ByteBuffer.wrap(cents).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
