package io.github.grpconce.embedded.internal.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortedTreeTest {
  /** All keys of these tests are from here to {@link #MOST}. */
  private static final byte[] LEAST = {};

  private static final byte[] MOST = {(byte) 0xff};

  private final TreeMap<byte[], Integer> model = new TreeMap<>(Arrays::compareUnsigned);
  private SortedTree<Integer> tree = SortedTree.empty();

  /** Keys with long common prefixes, equal heads, lengths that differ and bytes above 0x7f. */
  private static byte[] key(SplittableRandom random, int keySpace) {
    int number = random.nextInt(keySpace);
    byte[] key = new byte[random.nextInt(3) == 0 ? 14 : 20];
    key[2] = (byte) (number % 3 == 0 ? 0xfe : 1);
    key[11] = (byte) (number >> 8);
    key[13] = (byte) number;
    return number % 7 == 0 ? Arrays.copyOf(key, number % 14) : key;
  }

  private void put(byte[] key, int value) {
    model.put(key, value);
    tree = tree.put(key, value, value);
  }

  private void removeRange(byte[] begin, byte[] end) {
    if (Arrays.compareUnsigned(begin, end) < 0) {
      model.subMap(begin, end).clear();
    }
    tree = tree.removeRange(begin, end);
  }

  private void assertEqualsModel() {
    List<String> entries = new ArrayList<>();
    tree.forward(LEAST, MOST, (key, value) -> entries.add(text(key, value)));
    assertEquals(model.entrySet().stream().map(SortedTreeTest::text).toList(), entries);
    List<String> backward = new ArrayList<>();
    tree.backward(LEAST, MOST, (key, value) -> backward.add(text(key, value)));
    Collections.reverse(backward);
    assertEquals(entries, backward);
    assertEquals(model.size(), tree.size());
  }

  private static String text(Map.Entry<byte[], Integer> entry) {
    return text(entry.getKey(), entry.getValue());
  }

  private static String text(byte[] key, int value) {
    return Arrays.toString(key) + value;
  }

  private void assertEqualsModelAt(byte[] key) {
    assertEquals(model.get(key), tree.get(key));
    int rank = model.headMap(key).size();
    assertEquals(rank, tree.rank(key));
    Map.Entry<byte[], Integer> floor = model.floorEntry(key);
    assertEquals(floor == null ? null : floor.getValue(), tree.floor(key));
    if (rank < model.size()) {
      assertArrayEquals(model.ceilingKey(key), tree.keyAt(rank));
    }
  }

  private void assertHeavierAsInModel(byte[] begin, byte[] end, int than) {
    boolean expected =
        Arrays.compareUnsigned(begin, end) < 0
            && model.subMap(begin, end).values().stream().anyMatch(v -> v > than);
    assertEquals(expected, tree.anyHeavier(begin, end, than, Integer::longValue));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void randomHistory_equalsAnOrderedMap(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int keySpace = 1 << (3 + random.nextInt(10));
    for (int step = 1; step <= 6000; step++) {
      byte[] key = key(random, keySpace);
      byte[] other = key(random, keySpace);
      switch (random.nextInt(20)) {
        case 0 -> removeRange(key, other);
        case 1, 2 -> removeRange(key, Arrays.copyOf(key, key.length + 1));
        default -> put(key, step);
      }
      assertEqualsModelAt(other);
      assertHeavierAsInModel(key, other, step - random.nextInt(1, 200));
      if (step % 500 == 0) {
        assertEqualsModel();
      }
    }
  }

  @Test
  void oldTree_isUntouchedByUpdates() {
    for (int i = 0; i < 1000; i++) {
      put(new byte[] {(byte) (i >> 8), (byte) i}, i);
    }
    SortedTree<Integer> old = tree;
    removeRange(new byte[] {0}, new byte[] {3});
    put(new byte[] {1}, 7);

    assertEquals(1000, old.size());
    assertEquals(5, old.get(new byte[] {0, 5}));
    assertNull(tree.get(new byte[] {0, 5}));
  }

  @Test
  void visitor_stopsTheWalk() {
    for (int i = 0; i < 100; i++) {
      put(new byte[] {(byte) i}, i);
    }
    List<Integer> seen = new ArrayList<>();

    tree.forward(new byte[] {40}, MOST, (key, value) -> seen.add(value) && value < 42);
    tree.backward(LEAST, new byte[] {50}, (key, value) -> seen.add(value) && value > 48);

    assertEquals(List.of(40, 41, 42, 49, 48), seen);
  }

  @Test
  void keyAt_refusesRanksThatDoNotExist() {
    assertThrows(IndexOutOfBoundsException.class, () -> tree.keyAt(0));
    put(new byte[] {1}, 1);
    assertThrows(IndexOutOfBoundsException.class, () -> tree.keyAt(1));
    assertThrows(IndexOutOfBoundsException.class, () -> tree.keyAt(-1));
  }
}
