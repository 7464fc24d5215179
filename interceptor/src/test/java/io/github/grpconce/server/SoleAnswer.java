package io.github.grpconce.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.SettableFuture;
import io.github.grpconce.test.v1.Balance;
import io.grpc.stub.StreamObserver;

/** Gives a future the one answer of a method whose requests are streamed. */
record SoleAnswer(SettableFuture<Balance> future) implements StreamObserver<Balance> {

  @Override
  public void onNext(Balance balance) {
    assertTrue(future.set(balance));
  }

  @Override
  public void onError(Throwable failure) {
    future.setException(failure);
  }

  @Override
  public void onCompleted() {
    // The one answer has come.
  }
}
