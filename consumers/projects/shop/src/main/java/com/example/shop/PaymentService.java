package com.example.shop;

import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.tuple.Tuple;
import com.example.shop.v1.ChargeRequest;
import com.example.shop.v1.ChargeResponse;
import com.example.shop.v1.PaymentsGrpc;
import io.github.grpconce.server.IdempotentCall;
import io.grpc.stub.StreamObserver;

/** Counts each customer's charges. */
final class PaymentService extends PaymentsGrpc.PaymentsImplBase {

  @Override
  public void charge(ChargeRequest request, StreamObserver<ChargeResponse> observer) {
    Transaction transaction = IdempotentCall.current().transaction();
    byte[] key = Tuple.from("charges", request.getCustomer()).pack();
    byte[] before = transaction.get(key).join();
    long charges = before == null ? 1 : Tuple.fromBytes(before).getLong(0) + 1;
    transaction.set(key, Tuple.from(charges).pack());
    observer.onNext(ChargeResponse.newBuilder().setCharges(charges).build());
    observer.onCompleted(); // Commits the charge together with its answer, then sends it.
  }
}
