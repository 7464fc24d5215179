package io.github.grpconce.simulation.shop;

import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.ShopGrpc;
import io.github.grpconce.simulation.v1.Transfer;
import io.grpc.stub.StreamObserver;

/** Takes orders, and has the bank charge for each: under an ID derived from the order's own. */
public final class ShopService extends ShopGrpc.ShopImplBase {

  private final Handlers handlers;
  private final BankClient bank;

  public ShopService(Handlers handlers, BankClient bank) {
    this.handlers = handlers;
    this.bank = bank;
  }

  @Override
  public void placeOrder(Transfer request, StreamObserver<Receipt> observer) {
    handlers.execute(
        Purchase.ORDER.getBareMethodName(), request, 1, observer, tr -> bank.charge(request));
  }

  @Override
  public void checkout(Transfer request, StreamObserver<Receipt> observer) {
    new Checkout(handlers, bank, Purchase.CHECKOUT, request).begin(observer);
  }

  @Override
  public void quickCheckout(Transfer request, StreamObserver<Receipt> observer) {
    new Checkout(handlers, bank, Purchase.QUICK_CHECKOUT, request).begin(observer);
  }

  @Override
  public void followedCheckout(Transfer request, StreamObserver<Receipt> observer) {
    Handlers.ignoreCancellation(observer);
    new Checkout(handlers, bank, Purchase.FOLLOWED_CHECKOUT, request).begin(observer);
  }
}
