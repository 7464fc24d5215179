package io.github.grpconce.testing;

import io.github.grpconce.testing.v1.BankServiceGrpc;
import io.github.grpconce.testing.v1.Receipt;
import io.github.grpconce.testing.v1.Sum;
import io.grpc.stub.StreamObserver;

/** What tills call: it counts what is transferred. */
final class Bank extends BankServiceGrpc.BankServiceImplBase {

  @Override
  public void transfer(Sum request, StreamObserver<Receipt> observer) {
    Till.count(Till.transaction(), "transferred", request.getAccount());
    observer.onNext(Receipt.newBuilder().setAccount(request.getAccount()).build());
    observer.onCompleted();
  }
}
