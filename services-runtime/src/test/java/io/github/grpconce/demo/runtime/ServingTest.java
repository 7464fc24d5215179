package io.github.grpconce.demo.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.demo.payment.v1.Account;
import io.github.grpconce.demo.payment.v1.GetAccountRequest;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc.PaymentServiceImplBase;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service from its readiness to its end. */
@OnEngineOnly("files")
class ServingTest {

  @TempDir private Path directory;

  @Test
  void readyService_servesAndSaysSo() throws Exception {
    SlowAccounts accounts = new SlowAccounts();
    accounts.release.countDown();
    try (ServiceUnderTest service = start(accounts)) {
      ManagedChannel channel = service.connect();

      assertEquals(
          ServingStatus.SERVING, HealthGrpc.newBlockingStub(channel).check(anyone()).getStatus());
      assertEquals(
          ServingStatus.SERVING,
          HealthGrpc.newBlockingStub(channel)
              .check(
                  HealthCheckRequest.newBuilder()
                      .setService(PaymentServiceGrpc.SERVICE_NAME)
                      .build())
              .getStatus());
      assertEquals(
          "a", PaymentServiceGrpc.newBlockingStub(channel).getAccount(account()).getAccountId());
      channel.shutdownNow();
    }
  }

  @Test
  void stop_letsRunningCallsEnd() throws Exception {
    SlowAccounts accounts = new SlowAccounts();
    try (ServiceUnderTest service = start(accounts)) {
      ManagedChannel channel = service.connect();
      Iterator<HealthCheckResponse> health = HealthGrpc.newBlockingStub(channel).watch(anyone());
      assertEquals(ServingStatus.SERVING, health.next().getStatus());
      Future<Account> running = PaymentServiceGrpc.newFutureStub(channel).getAccount(account());
      accounts.entered.await();

      service.ask();
      assertEquals(ServingStatus.NOT_SERVING, health.next().getStatus());
      accounts.release.countDown();

      assertEquals("a", running.get().getAccountId());
      channel.shutdownNow(); // the watch would be drained to its end
      assertEquals(0, service.status());
      assertEquals("", service.err());
    }
  }

  @Test
  void stop_cancelsCallsThatOutliveTheDrain() throws Exception {
    SlowAccounts accounts = new SlowAccounts();
    try (ServiceUnderTest service = start(accounts, "--drain-seconds=0")) {
      ManagedChannel channel = service.connect();
      Future<Account> running = PaymentServiceGrpc.newFutureStub(channel).getAccount(account());
      accounts.entered.await();

      service.ask();

      assertEquals(0, service.status());
      assertThrows(ExecutionException.class, running::get);
      accounts.release.countDown();
      channel.shutdownNow();
    }
  }

  @Test
  void endOfStdin_stopsAServiceThatIsToldSo() throws Exception {
    try (ServiceUnderTest service = start(new SlowAccounts(), "--end-with-stdin")) {
      assertTrue(service.port() > 0);

      service.endStdin();

      assertEquals(0, service.status());
    }
  }

  @Test
  void endOfStdin_meansNothingToOtherServices() throws Exception {
    SlowAccounts accounts = new SlowAccounts();
    accounts.release.countDown();
    try (ServiceUnderTest service = start(accounts)) {
      service.endStdin();
      ManagedChannel channel = service.connect();

      assertEquals(
          "a", PaymentServiceGrpc.newBlockingStub(channel).getAccount(account()).getAccountId());
      channel.shutdownNow();
    }
  }

  @Test
  void stoppedService_leavesItsDirectoryToTheNext() throws Exception {
    for (int i = 0; i < 2; i++) {
      try (ServiceUnderTest service = start(new SlowAccounts())) {
        assertTrue(service.port() > 0);
      }
    }
  }

  private ServiceUnderTest start(SlowAccounts accounts, String... args) throws Exception {
    String[] all = new String[args.length + 1];
    System.arraycopy(args, 0, all, 0, args.length);
    all[args.length] = "--data=" + directory;
    return ServiceUnderTest.start(accounts, all);
  }

  private static HealthCheckRequest anyone() {
    return HealthCheckRequest.getDefaultInstance();
  }

  private static GetAccountRequest account() {
    return GetAccountRequest.newBuilder().setAccountId("a").build();
  }

  /** Answers when it is told to. */
  private static final class SlowAccounts extends PaymentServiceImplBase {

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @Override
    public void getAccount(GetAccountRequest request, StreamObserver<Account> observer) {
      entered.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      observer.onNext(Account.newBuilder().setAccountId(request.getAccountId()).build());
      observer.onCompleted();
    }
  }
}
