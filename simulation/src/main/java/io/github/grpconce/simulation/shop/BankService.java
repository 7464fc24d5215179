package io.github.grpconce.simulation.shop;

import static java.util.concurrent.CompletableFuture.completedFuture;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.simulation.v1.BankGrpc;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.Transfer;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Moves money between accounts. */
public final class BankService extends BankGrpc.BankImplBase {

  private static final int ONE_RECEIPT = 1;

  /** One for each side. */
  private static final int TWO_RECEIPTS = 2;

  private final Handlers handlers;
  private final Ledger ledger;

  public BankService(Handlers handlers, Ledger ledger) {
    this.handlers = handlers;
    this.ledger = ledger;
  }

  @Override
  public void charge(Transfer request, StreamObserver<Receipt> observer) {
    handlers.execute(
        Purchase.CHARGE.getBareMethodName(),
        request,
        ONE_RECEIPT,
        observer,
        tr -> ledger.moveIfEnough(tr, request));
  }

  @Override
  public void pay(Transfer request, StreamObserver<Receipt> observer) {
    Handlers.ignoreCancellation(observer);
    handlers.execute(
        Purchase.PAY.getBareMethodName(),
        request,
        TWO_RECEIPTS,
        observer,
        tr -> ledger.moveIfEnough(tr, request));
  }

  @Override
  public void deposit(Transfer request, StreamObserver<Receipt> observer) {
    handlers.execute(
        Purchase.DEPOSIT.getBareMethodName(),
        request,
        ONE_RECEIPT,
        observer,
        tr -> moveAll(tr, List.of(request)));
  }

  @Override
  public StreamObserver<Transfer> depositAll(StreamObserver<Receipt> observer) {
    return new Depositing(observer);
  }

  private CompletableFuture<Boolean> moveAll(Transaction tr, List<Transfer> transfers) {
    transfers.forEach(transfer -> ledger.move(tr, transfer));
    return completedFuture(true);
  }

  /** Waits for the last of several deposits. */
  private final class Depositing implements StreamObserver<Transfer> {
    private final StreamObserver<Receipt> observer;
    private final List<Transfer> transfers = new ArrayList<>();

    Depositing(StreamObserver<Receipt> observer) {
      this.observer = observer;
    }

    @Override
    public void onNext(Transfer transfer) {
      transfers.add(transfer);
    }

    @Override
    public void onError(Throwable failure) {
      // The execution was abandoned: nobody waits for an answer.
    }

    @Override
    public void onCompleted() {
      handlers.execute(
          Purchase.DEPOSIT_ALL.getBareMethodName(),
          transfers.get(0),
          ONE_RECEIPT,
          observer,
          tr -> moveAll(tr, transfers));
    }
  }
}
