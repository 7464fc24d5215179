package io.github.grpconce.embedded.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.VirtualTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a row takes on the heap: the figures of the README, and the measure of the capacity. */
class HeapPerKeyTest {
  private static final int ROWS = 50_000;
  private static final int ROWS_OF_A_COMMIT = 1_000;

  /** What the collector leaves lying about, and the engine's own few objects. */
  private static final double TOLERANCE = 1.05;

  /**
   * Rows that come in order leave the tree's nodes half empty: nothing takes more room. Those that
   * come in any order fill them to two thirds.
   */
  @ParameterizedTest
  @CsvSource({"true, 16, 8", "true, 33, 101", "false, 32, 100"})
  void row_takesNoMoreThanItCounts(boolean ordered, int keyBytes, int valueBytes) {
    long before = Heap.usedBytes();
    double taken;
    VirtualTime time = new VirtualTime();
    try (Database database = EmbeddedDatabase.newBuilder().timeline(time).executor(time).build()) {
      fill(database, ordered, keyBytes, valueBytes);
      forgetOldVersions(database, time);
      taken = (Heap.usedBytes() - before) / (double) ROWS;
    }
    System.out.printf(
        "%d + %d bytes, %s: %.1f bytes of heap, %.1f besides key and value%n",
        keyBytes,
        valueBytes,
        ordered ? "in order" : "in any order",
        taken,
        taken - keyBytes - valueBytes);
    int counted = Capacity.ROW_OVERHEAD_BYTES + keyBytes + valueBytes;
    assertTrue(taken <= counted * TOLERANCE, taken + " bytes, and counted were " + counted);
  }

  private static void forgetOldVersions(Database database, VirtualTime time) {
    for (int i = 0; i < 2; i++) {
      time.advance(Duration.ofSeconds(6));
      try (Transaction tr = database.createTransaction()) {
        tr.clear(new byte[] {1}); // not there
        tr.commit().join();
      }
    }
  }

  private static void fill(Database database, boolean ordered, int keyBytes, int valueBytes) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      numbers.add(i);
    }
    if (!ordered) {
      Collections.shuffle(numbers, new Random(1));
    }
    for (int from = 0; from < ROWS; from += ROWS_OF_A_COMMIT) {
      try (Transaction tr = database.createTransaction()) {
        for (int number : numbers.subList(from, from + ROWS_OF_A_COMMIT)) {
          byte[] key =
              ByteBuffer.allocate(keyBytes).putInt(keyBytes - Integer.BYTES, number).array();
          tr.set(key, new byte[valueBytes]);
        }
        tr.commit().join();
      }
    }
  }
}
