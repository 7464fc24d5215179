package io.github.grpconce.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.Guard;
import io.github.grpconce.Wait;
import io.github.grpconce.test.v1.LedgerServiceGrpc;
import io.grpc.MethodDescriptor;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuardedMethodsTest {

  private static final String NAME = LedgerServiceGrpc.getAddMethod().getFullMethodName();

  private final GuardedMethods methods =
      new GuardedMethods(Map.of(NAME, Optional.of(Guard.transaction())));

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
}
