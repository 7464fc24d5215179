package io.github.grpconce.simulation;

/** Gives each execution of a handler a number of its own, so that their answers differ. */
final class ReceiptNumbers {

  private long given;

  String next() {
    given++;
    return "receipt-" + given;
  }

  /** Returns how many executions there have been. */
  long given() {
    return given;
  }
}
