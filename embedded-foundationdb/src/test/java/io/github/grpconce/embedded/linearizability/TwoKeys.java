package io.github.grpconce.embedded.linearizability;

import org.jspecify.annotations.Nullable;

/**
 * What {@link TransactionsOnTwoKeys} must answer: the same operations on two variables, one after
 * the other. Public, as Lincheck makes it.
 */
public class TwoKeys {
  private static final int ABOVE_LARGEST = 1 << Short.SIZE;

  private final @Nullable Integer[] values = {null, null};

  public @Nullable Integer get(int key) {
    return values[key];
  }

  public void set(int key, int value) {
    values[key] = value;
  }

  public void add(int key, int amount) {
    values[key] = (number(values[key]) + amount) % ABOVE_LARGEST;
  }

  public boolean replace(int key, int expected, int value) {
    boolean replaces = number(values[key]) == expected;
    if (replaces) {
      values[key] = value;
    }
    return replaces;
  }

  public String getBoth() {
    return values[0] + "," + values[1];
  }

  public int take(int key, int amount) {
    int sum = number(values[0]) + number(values[1]);
    if (sum >= amount) {
      values[key] = Math.floorMod(number(values[key]) - amount, ABOVE_LARGEST);
    }
    return sum;
  }

  public void swap() {
    Integer first = values[0];
    values[0] = values[1];
    values[1] = first;
  }

  private static int number(@Nullable Integer value) {
    return value == null ? 0 : value;
  }
}
