package io.github.grpconce.server;

import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.io.InputStream;

/** Can't serialise balances of one account. */
final class BrokenMarshaller implements MethodDescriptor.Marshaller<Balance> {

  private final MethodDescriptor.Marshaller<Balance> real;
  private final String account;

  private BrokenMarshaller(MethodDescriptor.Marshaller<Balance> real, String account) {
    this.real = real;
    this.account = account;
  }

  /** Returns the service with such a marshaller for the responses of {@code Add}. */
  static ServerServiceDefinition in(ServerServiceDefinition service, String account) {
    MethodDescriptor<AddRequest, Balance> add = LedgerServiceGrpc.getAddMethod();
    MethodDescriptor<AddRequest, Balance> broken =
        add.toBuilder(
                add.getRequestMarshaller(),
                new BrokenMarshaller(add.getResponseMarshaller(), account))
            .build();
    return ServerServiceDefinition.builder(add.getServiceName())
        .addMethod(broken, handler(service, add))
        .build();
  }

  @SuppressWarnings("unchecked") // The method's own handler.
  private static ServerCallHandler<AddRequest, Balance> handler(
      ServerServiceDefinition service, MethodDescriptor<AddRequest, Balance> method) {
    return ((ServerMethodDefinition<AddRequest, Balance>)
            service.getMethod(method.getFullMethodName()))
        .getServerCallHandler();
  }

  @Override
  public InputStream stream(Balance value) {
    if (value.getAccount().equals(account)) {
      throw new IllegalStateException("secret");
    }
    return real.stream(value);
  }

  @Override
  public Balance parse(InputStream stream) {
    return real.parse(stream);
  }
}
