package io.github.grpconce.simulation;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.github.grpconce.simulation.v1.BankGrpc;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.Transfer;
import io.grpc.stub.StreamObserver;

/** Moves money between accounts. */
final class BankService extends BankGrpc.BankImplBase {

  private final Handlers handlers;
  private final Ledger ledger;

  BankService(Handlers handlers, Ledger ledger) {
    this.handlers = handlers;
    this.ledger = ledger;
  }

  @Override
  public void charge(Transfer request, StreamObserver<Receipt> observer) {
    handlers.execute("Charge", request, observer, ledger::moveIfEnough);
  }

  @Override
  public void deposit(Transfer request, StreamObserver<Receipt> observer) {
    handlers.execute(
        "Deposit",
        request,
        observer,
        (tr, transfer) -> {
          ledger.move(tr, transfer);
          return completedFuture(true);
        });
  }
}
