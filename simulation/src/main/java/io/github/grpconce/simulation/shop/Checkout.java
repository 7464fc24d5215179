package io.github.grpconce.simulation.shop;

import com.apple.foundationdb.Transaction;
import io.github.grpconce.server.IdempotentCall;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.Transfer;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a handler in STEPS mode: stores an order, packs it, has the bank charge for it,
 * then confirms or cancels it. The confirmation is called what the method is called.
 */
public final class Checkout {

  /** The steps, and what the books call them. */
  public static final String CREATED = "Created";

  static final String RESERVED = "Reserved";
  static final String PACKED = "Packed";
  public static final String CANCELLED = "Cancelled";

  private final Handlers handlers;
  private final BankClient bank;
  private final MethodDescriptor<Transfer, Receipt> method;
  private final Transfer transfer;
  private final IdempotentCall call = IdempotentCall.current();
  private final Context context = Context.current();

  Checkout(
      Handlers handlers,
      BankClient bank,
      MethodDescriptor<Transfer, Receipt> method,
      Transfer transfer) {
    this.handlers = handlers;
    this.bank = bank;
    this.method = method;
    this.transfer = transfer;
  }

  void begin(StreamObserver<Receipt> observer) {
    CompletableFuture<Receipt> created = step(CREATED);
    CompletableFuture<Boolean> paid =
        created
            .thenCompose(handlers::longAfter)
            .thenCompose(done -> step(RESERVED))
            .thenCompose(handlers::longAfter)
            .thenCompose(done -> step(PACKED))
            .thenCompose(handlers::longAfter)
            .thenCompose(done -> charged());
    var unused =
        paid.thenCompose(handlers::longAfter)
            .thenCompose(this::ended)
            .whenComplete(
                (receipt, failure) ->
                    handlers.inTime(() -> answer(observer, created, paid, receipt, failure)));
  }

  private CompletableFuture<Receipt> step(String part) {
    return call.stepAsync(part, Receipt.parser(), tr -> counted(tr, part));
  }

  private CompletableFuture<Receipt> counted(Transaction tr, String part) {
    Receipt receipt = handlers.count(tr, part, transfer);
    handlers.breakDownPerhaps();
    return handlers.inTime(receipt);
  }

  private CompletableFuture<Boolean> charged() {
    handlers.breakDownPerhaps();
    Context previous = context.attach();
    try {
      return bank.charge(transfer);
    } finally {
      context.detach(previous);
    }
  }

  private CompletableFuture<Receipt> ended(boolean paid) {
    return paid ? confirmed() : step(CANCELLED);
  }

  private CompletableFuture<Receipt> confirmed() {
    String confirmed = method.getBareMethodName();
    return method == Purchase.QUICK_CHECKOUT
        ? call.finishAsync(confirmed, tr -> counted(tr, confirmed))
        : step(confirmed);
  }

  private void answer(
      StreamObserver<Receipt> observer,
      CompletableFuture<Receipt> created,
      CompletableFuture<Boolean> paid,
      @Nullable Receipt ended,
      @Nullable Throwable failure) {
    if (failure != null || ended == null) {
      handlers.answer(List.of(), observer, null, failure);
    } else {
      List<Receipt> receipts =
          method.getType().serverSendsOneMessage()
              ? List.of(ended)
              : List.of(created.join(), ended);
      handlers.answer(receipts, observer, paid.join(), null);
    }
  }
}
