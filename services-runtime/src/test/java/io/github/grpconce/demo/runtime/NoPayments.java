package io.github.grpconce.demo.runtime;

import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc.PaymentServiceImplBase;

/** A service that implements nothing. */
final class NoPayments extends PaymentServiceImplBase {

  /** Runs it as a process of its own. */
  public static void main(String... args) {
    ServiceProcess.main("test", process -> new TestCommand(process, new NoPayments()), args);
  }
}
