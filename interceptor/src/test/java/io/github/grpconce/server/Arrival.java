package io.github.grpconce.server;

import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * An attempt of a unary call without any transport: for tests that run in one thread. Keeps what it
 * is answered with.
 */
final class Arrival extends ServerCall<AddRequest, Balance> {

  private final List<Long> amounts = new ArrayList<>();
  private final List<Status> statuses = new ArrayList<>();
  private final MethodDescriptor<AddRequest, Balance> method;
  private Metadata trailers;

  private Arrival(MethodDescriptor<AddRequest, Balance> method) {
    this.method = method;
  }

  /** Lets an attempt arrive, with its whole request, in the current context. */
  static Arrival at(IdempotencyServerInterceptor interceptor, Ledger ledger, AddRequest request) {
    return at(interceptor, LedgerServiceGrpc.getAddMethod(), handlerOf(ledger), request);
  }

  /** Lets an attempt of another method arrive. */
  static Arrival at(
      IdempotencyServerInterceptor interceptor,
      MethodDescriptor<AddRequest, Balance> method,
      ServerCallHandler<AddRequest, Balance> handler,
      AddRequest request) {
    return at(interceptor, method, handler, "id", request);
  }

  /** Lets an attempt of another method arrive, under an ID. */
  static Arrival at(
      IdempotencyServerInterceptor interceptor,
      MethodDescriptor<AddRequest, Balance> method,
      ServerCallHandler<AddRequest, Balance> handler,
      String requestId,
      AddRequest request) {
    Arrival arrival = new Arrival(method);
    ServerCall.Listener<AddRequest> listener =
        interceptor.interceptCall(arrival, LedgerServer.headers(requestId), handler);
    listener.onMessage(request);
    listener.onHalfClose();
    return arrival;
  }

  @SuppressWarnings("unchecked") // The method's own handler.
  private static ServerCallHandler<AddRequest, Balance> handlerOf(Ledger ledger) {
    String name = LedgerServiceGrpc.getAddMethod().getFullMethodName();
    return ((ServerMethodDefinition<AddRequest, Balance>) ledger.bindService().getMethod(name))
        .getServerCallHandler();
  }

  /** The codes that it was closed with: one, or none yet. */
  List<Status.Code> codes() {
    return statuses.stream().map(Status::getCode).toList();
  }

  List<Long> amounts() {
    return amounts;
  }

  /** What a client would make of the failure. */
  Throwable failure() {
    return statuses.get(0).asRuntimeException(trailers);
  }

  @Override
  public void request(int messages) {}

  @Override
  public void sendHeaders(Metadata headers) {}

  @Override
  public void sendMessage(Balance message) {
    amounts.add(message.getAmount());
  }

  @Override
  public void close(Status status, Metadata theTrailers) {
    statuses.add(status);
    trailers = theTrailers;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public MethodDescriptor<AddRequest, Balance> getMethodDescriptor() {
    return method;
  }
}
