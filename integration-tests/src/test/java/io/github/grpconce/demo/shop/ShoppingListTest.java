package io.github.grpconce.demo.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ShoppingListTest {

  private static final int MANY = 5_000;

  @Test
  void sameSeed_isTheSameList() {
    assertEquals(ShoppingList.of(7, 100), ShoppingList.of(7, 100));
    assertNotEquals(ShoppingList.of(7, 100), ShoppingList.of(8, 100));
  }

  @Test
  void references_areUnique() {
    assertEquals(MANY, count(purchase -> purchase.reference()));
  }

  @Test
  void pricesOfOneCustomer_areUnique() {
    assertEquals(MANY, count(purchase -> purchase.customer() + " " + purchase.totalCents()));
  }

  @Test
  void oneInTwenty_isByTheCustomerWithoutMoney() {
    ShoppingList list = ShoppingList.of(1, 200);
    Set<String> poor =
        list.customers().stream()
            .filter(customer -> customer.openingBalanceCents() == 0)
            .map(Customer::accountId)
            .collect(Collectors.toSet());
    assertEquals(10, list.purchases().stream().filter(p -> !p.affordable()).count());
    for (Purchase purchase : list.purchases()) {
      assertNotEquals(purchase.affordable(), poor.contains(purchase.customer()));
      assertTrue(purchase.totalCents() > 0);
    }
  }

  @Test
  void singlePurchase_isAffordable() {
    assertTrue(ShoppingList.of(1, 1).purchases().get(0).affordable());
  }

  private static long count(Function<Purchase, String> property) {
    return ShoppingList.of(3, MANY).purchases().stream().map(property).distinct().count();
  }
}
