package io.github.grpconce.embedded.internal.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against the plainest list of writes. {@code -Dgrpconce.seed=N} tries one seed. */
class ConflictSetTest {
  private static final int STEPS = 20_000;
  private static final int LONGEST_PAUSE = 100_000;
  private static final int WINDOW = (int) Storage.WINDOW_VERSIONS;

  private record Write(KeyRange range, long version) {}

  private final ConflictSet set = new ConflictSet();
  private final List<Write> model = new ArrayList<>();
  private Random random;

  @Test
  void randomWrites_areConflictsForWhoeverReadBefore() {
    long seed = Long.getLong("grpconce.seed", new Random().nextLong());
    random = new Random(seed);
    long version = 1;
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(10)) {
        case 0 -> forget(version - WINDOW);
        case 1, 2, 3 -> add(anyRange(), version += 1 + random.nextInt(LONGEST_PAUSE));
        default -> {
          KeyRange range = anyRange();
          long readVersion = Math.max(0, version - random.nextInt(WINDOW));
          String what = "seed " + seed + ", step " + step + ": " + range + " at " + readVersion;
          assertEquals(
              isWrittenAfter(range, readVersion), set.isWrittenAfter(range, readVersion), what);
        }
      }
    }
    forget(version);
    assertEquals(0, set.size(), "what nobody asks for any more takes no memory");
  }

  /** Each of a commit's writes has the same version. */
  @Test
  void severalWritesOfOneVersion_areAllKept() {
    add(range(1, 3), 7);
    add(range(2, 5), 7);
    add(range(0, 1), 7);

    assertTrue(set.isWrittenAfter(range(4, 5), 6));
    assertTrue(set.isWrittenAfter(range(0, 1), 6));
  }

  @Test
  void size_isThatOfTheKeysAndOfTheRangesBorders() {
    assertEquals(0, set.size());
    add(KeyRange.of(new byte[] {9}), 7);
    assertEquals(1, set.size());
    add(range(1, 3), 7);
    assertEquals(3, set.size());
    add(range(3, 5), 8);
    assertEquals(4, set.size());
  }

  private void add(KeyRange range, long version) {
    set.add(range, version);
    model.add(new Write(range, version));
  }

  private void forget(long oldest) {
    set.forget(oldest);
    model.removeIf(write -> write.version() <= oldest);
  }

  private boolean isWrittenAfter(KeyRange read, long version) {
    return model.stream()
        .anyMatch(
            write ->
                write.version() > version
                    && Keys.less(write.range().begin(), read.end())
                    && Keys.less(read.begin(), write.range().end()));
  }

  private KeyRange anyRange() {
    if (random.nextBoolean()) {
      return KeyRange.of(anyKey());
    }
    byte[] one = anyKey();
    byte[] other = anyKey();
    return Keys.less(one, other)
        ? new KeyRange(one, other)
        : new KeyRange(other, Keys.after(Keys.after(one)));
  }

  /** One of few, so that they meet; some lie directly after one another. */
  private byte[] anyKey() {
    byte first = (byte) random.nextInt(12);
    return random.nextInt(3) == 0 ? new byte[] {first, 0} : new byte[] {first};
  }

  private static KeyRange range(int begin, int end) {
    return new KeyRange(new byte[] {(byte) begin}, new byte[] {(byte) end});
  }
}
