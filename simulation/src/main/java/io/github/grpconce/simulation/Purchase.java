package io.github.grpconce.simulation;

import io.github.grpconce.RequestId;
import io.github.grpconce.simulation.v1.BankGrpc;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.ShopGrpc;
import io.github.grpconce.simulation.v1.Transfer;
import io.grpc.MethodDescriptor;
import java.util.Optional;

/**
 * What somebody wants done, once.
 *
 * @param requestId empty if it is left to the client interceptor: there is one attempt then, since
 *     another would have another ID
 */
record Purchase(
    MethodDescriptor<Transfer, Receipt> method,
    Transfer transfer,
    Optional<RequestId> requestId,
    Manner manner) {

  static final MethodDescriptor<Transfer, Receipt> CHARGE = BankGrpc.getChargeMethod();
  static final MethodDescriptor<Transfer, Receipt> DEPOSIT = BankGrpc.getDepositMethod();
  static final MethodDescriptor<Transfer, Receipt> ORDER = ShopGrpc.getPlaceOrderMethod();
  static final MethodDescriptor<Transfer, Receipt> CHECKOUT = ShopGrpc.getCheckoutMethod();

  /**
   * How somebody goes about it.
   *
   * @param persistent whether attempts go on until there is a final answer
   * @param hedges whether further attempts are made while one is under way
   * @param idInContext whether the request ID is given with the gRPC context, not with the call
   */
  record Manner(boolean persistent, boolean hedges, boolean idInContext) {}

  @Override
  public String toString() {
    return method.getBareMethodName() + " " + transfer.getReference();
  }
}
