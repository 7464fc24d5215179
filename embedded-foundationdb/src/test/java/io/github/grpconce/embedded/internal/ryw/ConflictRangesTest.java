package io.github.grpconce.embedded.internal.ryw;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.embedded.internal.key.KeyRange;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConflictRangesTest {
  private final ConflictRanges ranges = new ConflictRanges();

  @Test
  void ranges_areInOrder_andNeitherOverlapNorTouch() {
    add(30, 40);
    add(1, 5);
    add(3, 4);
    add(4, 8);
    add(8, 9);
    add(20, 30);
    add(11, 12);

    assertEquals(List.of("1..9", "11..12", "20..40"), found());
  }

  @Test
  void manyRanges_areAllThere() {
    for (int round = 0; round < 100; round++) {
      for (int i = 0; i < 100; i += 2) {
        add(i, i + 1);
      }
    }

    assertEquals(50, found().size());
  }

  private void add(int begin, int end) {
    ranges.add(new KeyRange(new byte[] {(byte) begin}, new byte[] {(byte) end}));
  }

  private List<String> found() {
    return ranges.ranges().stream().map(range -> range.begin()[0] + ".." + range.end()[0]).toList();
  }
}
