package io.github.grpconce.simulation.shop;

/** Gives each execution of a handler a number of its own, so that their answers differ. */
public final class ReceiptNumbers {

  private long given;

  String next() {
    given++;
    return "receipt-" + given;
  }

  /** Returns how many executions there have been. */
  public long given() {
    return given;
  }
}
