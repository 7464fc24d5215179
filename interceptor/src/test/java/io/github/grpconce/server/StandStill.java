package io.github.grpconce.server;

import com.google.common.util.concurrent.ListenableFuture;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import java.util.concurrent.CountDownLatch;

/** Where a handler stands still until a test lets it go on. */
final class StandStill {

  private final CountDownLatch standingStill = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);

  /** Stands still. */
  void here() {
    standingStill.countDown();
    try {
      mayGoOn.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns when a handler stands still. */
  void await() throws InterruptedException {
    standingStill.await();
  }

  void end() {
    mayGoOn.countDown();
  }

  /** Begins a call whose handler does its first step, and then stands still. */
  ListenableFuture<Balance> afterTheFirstStep(
      StepsServers servers, StepsServers.Node server, String id, AddRequest request)
      throws InterruptedException {
    servers.transfers.next(
        (same, call) -> {
          Transfers.take(same, call);
          here();
          return Transfers.give(same, call);
        });
    ListenableFuture<Balance> call = server.begin(id, request);
    await();
    return call;
  }
}
