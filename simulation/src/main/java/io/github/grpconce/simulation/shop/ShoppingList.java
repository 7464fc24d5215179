package io.github.grpconce.simulation.shop;

import io.github.grpconce.RequestId;
import io.github.grpconce.simulation.v1.Receipt;
import io.github.grpconce.simulation.v1.Transfer;
import io.github.grpconce.simulation.world.Chance;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes up what is to be purchased in a run. */
public final class ShoppingList {

  /** Few, so that purchases meet. */
  public static final List<String> ACCOUNTS = List.of("alice", "bob", "carol", "shop");

  public static final long OPENING_CENTS = 1_000;

  /** Whose request IDs must not meet. */
  static final List<String> CALLERS = List.of("ann", "ben");

  private static final long HIGHEST_CENTS = 400;
  private static final int MOST_TRANSFERS = 4;

  /** With several receipts of that size, a record needs one value of the store, or several. */
  private static final int MOST_BYTES = 100_000;

  private static final double LARGE = 0.05;
  private static final double REUSES_AN_ID = 0.1;
  private static final double SHARES_AN_ID = 0.15;
  private static final double PERSISTENT = 0.7;
  private static final double HEDGED = 0.5;
  private static final double OPAQUE = 0.3;
  private static final List<MethodDescriptor<Transfer, Receipt>> METHODS =
      List.of(
          Purchase.CHARGE,
          Purchase.DEPOSIT,
          Purchase.DEPOSIT_ALL,
          Purchase.PAY,
          Purchase.ORDER,
          Purchase.CHECKOUT,
          Purchase.QUICK_CHECKOUT,
          Purchase.FOLLOWED_CHECKOUT);

  private static final List<MethodDescriptor<Transfer, Receipt>> CHECKOUTS =
      List.of(Purchase.CHECKOUT, Purchase.QUICK_CHECKOUT, Purchase.FOLLOWED_CHECKOUT);

  private final Chance chance;
  private final InstantSource clock;
  private final List<Purchase> made = new ArrayList<>();

  /**
   * Begins a list.
   *
   * @param clock the shoppers'
   */
  ShoppingList(Chance chance, InstantSource clock) {
    this.chance = chance;
    this.clock = clock;
  }

  /** Returns one more purchase, of those that take several steps, made with attempts at once. */
  Purchase nextInAHurry() {
    Purchase purchase =
        new Purchase(
            chance.oneOf(CALLERS),
            chance.oneOf(CHECKOUTS),
            List.of(transfer()),
            Optional.of(timeBearing()),
            Purchase.Manner.HURRIED);
    made.add(purchase);
    return purchase;
  }

  /** Returns one more purchase. */
  Purchase next() {
    Purchase purchase = fresh();
    if (!made.isEmpty() && chance.happens(REUSES_AN_ID)) {
      purchase = reusing(chance.oneOf(made), purchase);
    } else if (!made.isEmpty() && chance.happens(SHARES_AN_ID)) {
      purchase = sharing(chance.oneOf(made), purchase);
    }
    made.add(purchase);
    return purchase;
  }

  private Purchase fresh() {
    MethodDescriptor<Transfer, Receipt> method = chance.oneOf(METHODS);
    return new Purchase(chance.oneOf(CALLERS), method, transfers(method), requestId(), manner());
  }

  /**
   * Somebody takes the request ID of one purchase for another one: which of them takes effect is
   * open. Not of an order in TRANSACTION mode: one that came to nothing may have been charged.
   */
  private Purchase reusing(Purchase other, Purchase fresh) {
    return other.method() == Purchase.ORDER
        ? fresh
        : new Purchase(
            other.caller(),
            other.method(),
            transfers(other.method()),
            other.requestId(),
            fresh.manner());
  }

  /**
   * Another caller has the same request ID by chance, perhaps for another method: both count. One
   * caller's orders under one ID would have charges under one ID, too, whatever the methods are.
   */
  private Purchase sharing(Purchase other, Purchase fresh) {
    boolean hasIt =
        made.stream()
            .filter(one -> one.caller().equals(fresh.caller()))
            .anyMatch(one -> one.requestId().equals(other.requestId()));
    return hasIt
        ? fresh
        : new Purchase(
            fresh.caller(), fresh.method(), fresh.transfers(), other.requestId(), fresh.manner());
  }

  private List<Transfer> transfers(MethodDescriptor<Transfer, Receipt> method) {
    int count = method.getType().clientSendsOneMessage() ? 1 : 1 + chance.nextInt(MOST_TRANSFERS);
    List<Transfer> transfers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      transfers.add(transfer());
    }
    return List.copyOf(transfers);
  }

  private Transfer transfer() {
    int receiptBytes = chance.happens(LARGE) ? chance.nextInt(MOST_BYTES) : 0;
    String from = chance.oneOf(ACCOUNTS);
    String to = chance.oneOf(ACCOUNTS.stream().filter(name -> !name.equals(from)).toList());
    return Transfer.newBuilder()
        .setReference("purchase-" + made.size())
        .setFrom(from)
        .setTo(to)
        .setCents(1 + chance.nextLong(HIGHEST_CENTS))
        .setReceiptBytes(receiptBytes)
        .build();
  }

  private Purchase.Manner manner() {
    return new Purchase.Manner(
        chance.happens(PERSISTENT),
        chance.nextBoolean() ? HEDGED : 0,
        chance.nextBoolean(),
        chance.nextBoolean());
  }

  private Optional<RequestId> requestId() {
    RequestId id = chance.happens(OPAQUE) ? opaque() : timeBearing();
    return switch (chance.nextInt(6)) {
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
