package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws operations on the rows of a subspace. Not thread-safe.
 *
 * <p>COMPARE_AND_CLEAR isn't drawn: within its transaction, FoundationDB's key selectors go on
 * counting the key that it cleared.
 */
final class RandomOperations {
  private static final List<MutationType> MUTATIONS =
      AtomicModel.OPERATIONS.stream()
          .filter(operation -> operation != MutationType.COMPARE_AND_CLEAR)
          .toList();
  private static final int KEYS = 20;
  private static final int MOST_ROWS = 5;
  private static final int MOST_OFFSET = 3;
  private static final int MOST_VALUE_BYTES = 5;

  private final Subspace rows;
  private final SplittableRandom random;

  RandomOperations(Subspace rows, SplittableRandom random) {
    this.rows = rows;
    this.random = random;
  }

  RowOperation next() {
    boolean snapshot = random.nextInt(4) == 0;
    return switch (random.nextInt(8)) {
      case 0, 1 -> new RowOperation.Get(key(), snapshot);
      case 2 -> new RowOperation.GetKey(selector(), rows, snapshot);
      case 3 -> getRange(snapshot);
      case 4, 5 -> new RowOperation.Set(key(), value());
      case 6 -> clear();
      default -> mutate();
    };
  }

  private RowOperation getRange(boolean snapshot) {
    byte[] one = key();
    byte[] other = key();
    return new RowOperation.GetRange(
        min(one, other),
        max(one, other),
        random.nextInt(MOST_ROWS),
        random.nextBoolean(),
        snapshot);
  }

  private RowOperation clear() {
    byte[] one = key();
    byte[] other = key();
    return new RowOperation.Clear(min(one, other), max(one, other));
  }

  private RowOperation mutate() {
    MutationType operation = MUTATIONS.get(random.nextInt(MUTATIONS.size()));
    return new RowOperation.Mutate(operation, key(), value());
  }

  private KeySelector selector() {
    int offset = random.nextInt(2 * MOST_OFFSET + 1) - MOST_OFFSET;
    return new KeySelector(key(), random.nextBoolean(), offset);
  }

  private byte[] key() {
    return rows.pack(random.nextInt(KEYS));
  }

  private byte[] value() {
    byte[] value = new byte[1 + random.nextInt(MOST_VALUE_BYTES)];
    random.nextBytes(value);
    return value;
  }

  private static byte[] min(byte[] a, byte[] b) {
    return ByteArrayUtil.compareUnsigned(a, b) <= 0 ? a : b;
  }

  private static byte[] max(byte[] a, byte[] b) {
    return ByteArrayUtil.compareUnsigned(a, b) <= 0 ? b : a;
  }
}
