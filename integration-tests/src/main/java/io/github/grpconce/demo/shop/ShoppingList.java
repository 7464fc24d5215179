package io.github.grpconce.demo.shop;

import io.github.grpconce.demo.order.v1.OrderLine;
import io.github.grpconce.demo.order.v1.PlaceOrderRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What is to be bought in a run, and by whom: the same for the same seed.
 *
 * @param customers all customers, with money or without
 * @param purchases what they want to buy, in the order of the shopping
 */
public record ShoppingList(List<Customer> customers, List<Purchase> purchases) {

  private static final int PURCHASES_PER_CUSTOMER = 10;

  /** One purchase in so many is by somebody without money. */
  private static final int PURCHASES_PER_DECLINE = 20;

  /** More than a customer can spend, even if every purchase is charged many times. */
  private static final long RICH_CENTS = 1_000_000_000L;

  private static final List<String> PRODUCTS =
      List.of("teapot", "umbrella", "dictionary", "lantern", "compass", "hammock");

  /** Takes copies of the lists. */
  public ShoppingList {
    customers = List.copyOf(customers);
    purchases = List.copyOf(purchases);
  }

  /** Draws up a list of so many purchases. */
  public static ShoppingList of(long seed, int purchases) {
    List<Customer> rich =
        IntStream.rangeClosed(0, purchases / PURCHASES_PER_CUSTOMER)
            .mapToObj(i -> new Customer("customer-" + i, RICH_CENTS))
            .toList();
    Customer poor = new Customer("customer-without-money", 0);
    Draw draw = new Draw(new SplittableRandom(seed), rich, poor);
    List<Customer> customers = new ArrayList<>(rich);
    customers.add(poor);
    return new ShoppingList(
        customers, IntStream.range(0, purchases).mapToObj(draw::purchase).toList());
  }

  /** The state of drawing up a list. */
  private record Draw(
      SplittableRandom random, List<Customer> rich, Customer poor, Set<String> priceTags) {

    Draw(SplittableRandom random, List<Customer> rich, Customer poor) {
      this(random, rich, poor, new HashSet<>());
    }

    Purchase purchase(int index) {
      boolean affordable = index % PURCHASES_PER_DECLINE != PURCHASES_PER_DECLINE / 2;
      Customer customer = affordable ? rich.get(random.nextInt(rich.size())) : poor;
      PlaceOrderRequest.Builder request =
          PlaceOrderRequest.newBuilder()
              .setReference(String.format(Locale.ROOT, "purchase-%05d", index))
              .setCustomerAccountId(customer.accountId())
              .addLines(line(PRODUCTS.get(random.nextInt(PRODUCTS.size()))))
              .addLines(line("shipping").setQuantity(1));
      Purchase purchase = new Purchase(request.build(), affordable);
      while (!priceTags.add(customer.accountId() + " " + purchase.totalCents())) {
        OrderLine.Builder shipping = request.getLinesBuilder(1);
        shipping.setUnitPriceCents(shipping.getUnitPriceCents() + 1);
        purchase = new Purchase(request.build(), affordable);
      }
      return purchase;
    }

    private OrderLine.Builder line(String product) {
      return OrderLine.newBuilder()
          .setProduct(product)
          .setQuantity(random.nextInt(1, 4))
          .setUnitPriceCents(random.nextLong(100, 10_000));
    }
  }
}
