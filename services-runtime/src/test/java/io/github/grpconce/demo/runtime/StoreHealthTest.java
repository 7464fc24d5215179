package io.github.grpconce.demo.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoreHealthTest {

  private static final int TIMED_OUT = 1031;

  private final AtomicBoolean storeAnswers = new AtomicBoolean();
  private final Database database = FakeDatabase.with("run", this::probed);
  private StoreHealth health;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    health = new StoreHealth(database, ServiceSpace.named("test").root(), "test.Service");
    server =
        InProcessServerBuilder.forName("store-health").addService(health.service()).build().start();
    channel = InProcessChannelBuilder.forName("store-health").build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    health.close();
  }

  @Test
  void storeThatDoesNotAnswer_isNotServing() {
    assertEquals(ServingStatus.NOT_SERVING, status(""));
    assertEquals(ServingStatus.NOT_SERVING, status("test.Service"));
  }

  @Test
  void storeThatAnswersAgain_isServing() {
    storeAnswers.set(true);
    health.probe();

    assertEquals(ServingStatus.SERVING, status(""));
    assertEquals(ServingStatus.SERVING, status("test.Service"));
  }

  @Test
  void shutdown_isNotServing_whateverTheStoreDoes() {
    health.enterShutdown();
    storeAnswers.set(true);
    health.probe();

    assertEquals(ServingStatus.NOT_SERVING, status(""));
  }

  @Test
  void otherServices_areUnknown() {
    StatusRuntimeException refusal =
        assertThrows(StatusRuntimeException.class, () -> status("test.Other"));

    assertEquals(Status.Code.NOT_FOUND, refusal.getStatus().getCode());
  }

  private ServingStatus status(String service) {
    HealthCheckRequest request = HealthCheckRequest.newBuilder().setService(service).build();
    return HealthGrpc.newBlockingStub(channel).check(request).getStatus();
  }

  private byte[] probed() {
    if (storeAnswers.get()) {
      return new byte[0];
    }
    throw new CompletionException(new FDBException("timed out", TIMED_OUT));
  }
}
