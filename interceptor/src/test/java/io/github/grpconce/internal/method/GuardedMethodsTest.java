package io.github.grpconce.internal.method;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.Guard;
import io.github.grpconce.Wait;
import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.test.v1.AddRequest;
import io.github.grpconce.test.v1.Balance;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuardedMethodsTest {

  private static final String NAME = LedgerServiceGrpc.getAddMethod().getFullMethodName();
  private static final SeldomLog LOG = new SeldomLog(System::nanoTime);

  private final GuardedMethods methods =
      new GuardedMethods(Map.of(NAME, Optional.of(Guard.transaction())), LOG, true);

  /** As a proxy makes them, one for each call. */
  @Test
  void descriptorOfAGuardedMethod_isForgottenWhenNobodyElseHasIt() {
    WeakReference<MethodDescriptor<?, ?>> descriptor = foundOnce();

    Wait.until(
        () -> {
          System.gc();
          return descriptor.refersTo(null);
        });
    assertTrue(methods.find(LedgerServiceGrpc.getAddMethod()).isPresent());
  }

  private WeakReference<MethodDescriptor<?, ?>> foundOnce() {
    MethodDescriptor<?, ?> descriptor = LedgerServiceGrpc.getAddMethod().toBuilder().build();
    assertTrue(methods.find(descriptor).isPresent());
    return new WeakReference<>(descriptor);
  }

  @Test
  void twoMethodsOfOneIdentity_mustHaveTheSameResponses() {
    MethodDescriptor<AddRequest, Balance> add = LedgerServiceGrpc.getAddMethod();
    MethodDescriptor<AddRequest, AddRequest> other =
        add.toBuilder(
                add.getRequestMarshaller(), ProtoUtils.marshaller(AddRequest.getDefaultInstance()))
            .setFullMethodName("test.Other/Add")
            .build();
    Optional<Guard> pinned = Optional.of(Guard.transaction().withIdentity("add"));
    GuardedMethods methods =
        new GuardedMethods(
            Map.of(add.getFullMethodName(), pinned, other.getFullMethodName(), pinned), LOG, true);
    assertTrue(methods.find(add).isPresent());

    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> methods.find(other));

    assertTrue(refusal.getMessage().contains("identity add"), refusal.getMessage());
    assertTrue(
        methods.find(add.toBuilder().setFullMethodName("test.Third/Add").build()).isPresent());
  }
}
