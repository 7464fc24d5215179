package io.github.grpconce.demo.audit;

/**
 * Something in the stores that must not be.
 *
 * @param kind which rule is broken
 * @param what by whom and how, for people
 */
public record Breach(Kind kind, String what) {

  /** The rules. */
  public enum Kind {
    /** A purchase is charged for once at most. */
    CHARGED_TWICE,
    /** Whatever is charged for is an order, and confirmed. */
    CHARGED_FOR_NOTHING,
    /** A confirmed order is paid for once, by its customer and in full. */
    WRONGLY_PAID,
    /** Once all is quiet, an order is either confirmed or cancelled. */
    HALF_DONE,
    /** For a purchase there is one order at most. */
    ORDERED_TWICE,
    /** What a client was told is what happened. */
    WRONG_ANSWER,
    /** Money moves between accounts; it never comes or goes. */
    MONEY
  }

  @Override
  public String toString() {
    return kind + ": " + what;
  }
}
