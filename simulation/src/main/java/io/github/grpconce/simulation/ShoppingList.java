package io.github.grpconce.simulation;

import io.github.grpconce.RequestId;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.Transfer;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes up what is to be purchased in a run. */
final class ShoppingList {

  /** Few, so that purchases meet. */
  static final List<String> ACCOUNTS = List.of("alice", "bob", "carol", "shop");

  static final long OPENING_CENTS = 1_000;

  private static final long HIGHEST_CENTS = 400;
  private static final double REUSES_AN_ID = 0.1;
  private static final double PERSISTENT = 0.7;
  private static final double OPAQUE = 0.3;
  private static final List<MethodDescriptor<Transfer, Receipt>> METHODS =
      List.of(
          Purchase.CHARGE,
          Purchase.CHARGE,
          Purchase.DEPOSIT,
          Purchase.ORDER,
          Purchase.CHECKOUT,
          Purchase.CHECKOUT);

  private final Chance chance;
  private final InstantSource clock;
  private final boolean opaqueIds;
  private final List<Purchase> made = new ArrayList<>();

  /**
   * Begins a list.
   *
   * @param clock the shoppers'
   * @param opaqueIds whether some request IDs bear no time; those are forgotten in the end, and
   *     then new again
   */
  ShoppingList(Chance chance, InstantSource clock, boolean opaqueIds) {
    this.chance = chance;
    this.opaqueIds = opaqueIds;
    this.clock = clock;
  }

  /** Returns one more purchase. */
  Purchase next() {
    List<Purchase> others = made.stream().filter(ShoppingList::isSimple).toList();
    Purchase purchase =
        !others.isEmpty() && chance.happens(REUSES_AN_ID)
            ? another(chance.oneOf(others))
            : new Purchase(chance.oneOf(METHODS), transfer(), requestId(), manner());
    made.add(purchase);
    return purchase;
  }

  /** An order that came to nothing may have been charged: its ID can't be used for another. */
  private static boolean isSimple(Purchase purchase) {
    return purchase.method() != Purchase.ORDER;
  }

  /** Somebody takes the request ID of one purchase for another one. */
  private Purchase another(Purchase other) {
    return new Purchase(other.method(), transfer(), other.requestId(), manner());
  }

  private Transfer transfer() {
    String from = chance.oneOf(ACCOUNTS);
    String to = chance.oneOf(ACCOUNTS.stream().filter(name -> !name.equals(from)).toList());
    return Transfer.newBuilder()
        .setReference("purchase-" + made.size())
        .setFrom(from)
        .setTo(to)
        .setCents(1 + chance.nextLong(HIGHEST_CENTS))
        .build();
  }

  private Purchase.Manner manner() {
    return new Purchase.Manner(
        chance.happens(PERSISTENT), chance.nextBoolean(), chance.nextBoolean());
  }

  private Optional<RequestId> requestId() {
    RequestId id = opaqueIds && chance.happens(OPAQUE) ? opaque() : timeBearing();
    return switch (chance.nextInt(5)) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(id.child("purchase"));
      default -> Optional.of(id);
    };
  }

  private RequestId opaque() {
    return RequestId.of("cart-" + HexFormat.of().toHexDigits(chance.nextLong()));
  }

  /** Returns a new UUIDv7 (RFC 9562), as {@link RequestId#random} would, but of the run's own. */
  RequestId timeBearing() {
    long millis = clock.instant().minus(chance.upTo(Duration.ofSeconds(1))).toEpochMilli();
    long first = (millis << 16) | (7L << 12) | (chance.nextLong() & 0xFFF);
    long second = (0b10L << 62) | (chance.nextLong() >>> 2);
    return RequestId.of(new UUID(first, second).toString());
  }
}
