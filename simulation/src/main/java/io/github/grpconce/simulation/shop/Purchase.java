package io.github.grpconce.simulation.shop;

import io.github.grpconce.RequestId;
import io.github.grpconce.simulation.v1.BankGrpc;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.ShopGrpc;
import io.github.grpconce.simulation.v1.Transfer;
import io.grpc.MethodDescriptor;
import java.util.List;
import java.util.Optional;

/**
 * What somebody wants done, once.
 *
 * @param caller who wants it
 * @param transfers one request each, several only where the method has a stream of them; all of
 *     them have the operation's reference
 * @param requestId empty if it is left to the client interceptor: there is one attempt then, since
 *     another would have another ID
 */
public record Purchase(
    String caller,
    MethodDescriptor<Transfer, Receipt> method,
    List<Transfer> transfers,
    Optional<RequestId> requestId,
    Manner manner) {

  public static final MethodDescriptor<Transfer, Receipt> CHARGE = BankGrpc.getChargeMethod();
  public static final MethodDescriptor<Transfer, Receipt> DEPOSIT = BankGrpc.getDepositMethod();
  public static final MethodDescriptor<Transfer, Receipt> DEPOSIT_ALL =
      BankGrpc.getDepositAllMethod();
  public static final MethodDescriptor<Transfer, Receipt> PAY = BankGrpc.getPayMethod();
  public static final MethodDescriptor<Transfer, Receipt> ORDER = ShopGrpc.getPlaceOrderMethod();
  public static final MethodDescriptor<Transfer, Receipt> CHECKOUT = ShopGrpc.getCheckoutMethod();
  public static final MethodDescriptor<Transfer, Receipt> QUICK_CHECKOUT =
      ShopGrpc.getQuickCheckoutMethod();
  public static final MethodDescriptor<Transfer, Receipt> FOLLOWED_CHECKOUT =
      ShopGrpc.getFollowedCheckoutMethod();

  /**
   * How somebody goes about it.
   *
   * @param persistent whether attempts go on until there is a final answer
   * @param hedged how probable another attempt is, while one is under way
   * @param hangsUp whether all other attempts are given up when one is answered
   * @param idInContext whether the request ID is given with the gRPC context, not with the call
   */
  record Manner(boolean persistent, double hedged, boolean hangsUp, boolean idInContext) {
    static final Manner HURRIED = new Manner(true, 1, false, false);
  }

  /** The operation, as the books know it. */
  public String reference() {
    return transfers.get(0).getReference();
  }

  /** Whether it is for the shop, which has the bank charge. */
  boolean isOrder() {
    return ShopGrpc.SERVICE_NAME.equals(method.getServiceName());
  }

  /** Whether one of the two has to be refused, because the other came under the same ID. */
  public boolean sharesOperationWith(Purchase other) {
    return requestId.isPresent()
        && !reference().equals(other.reference())
        && requestId.equals(other.requestId)
        && caller.equals(other.caller)
        && method == other.method;
  }

  @Override
  public String toString() {
    return method.getBareMethodName() + " " + reference();
  }
}
