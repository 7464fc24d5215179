package io.github.grpconce.embedded.rules;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.ReadTransaction;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A transaction that wrote something and then reads conflicts with later writes to the keys that
 * the read depended on, and with no others.
 *
 * <p>A value: its key. A selected key: from the selector's key up to what was found, or back to it.
 * A range: all of it, or with a limit that was reached only as far as the last row. Nothing on what
 * the transaction itself had set or cleared before, and nothing at all from a snapshot.
 */
final class ConflictExtents {
  private static final int MOST_ROWS = 4;
  private static final int MOST_OFFSET = 3;

  private final SplittableRandom random;

  ConflictExtents(SplittableRandom random) {
    this.random = random;
  }

  /** A read, and what it depends on, by the rule. */
  private interface Read {
    Extent of(ReadTransaction tr);
  }

  /** The keys from {@code begin} (inclusive) to {@code end} (exclusive). */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never a map's key
  record Extent(byte[] begin, byte[] end) {
    boolean contains(byte[] key) {
      return Arrays.compareUnsigned(begin, key) <= 0 && Arrays.compareUnsigned(key, end) < 0;
    }

    @Override
    public String toString() {
      return ByteArrayUtil.printable(begin) + " to " + ByteArrayUtil.printable(end);
    }
  }

  /** Does the same read before a write to each key. */
  Optional<String> firstBreach() {
    Experiment experiment = new Experiment(random.nextLong());
    Read read = anyRead();
    boolean snapshot = random.nextInt(5) == 0;
    for (byte[] probe : Experiment.PROBES) {
      Experiment.Outcome<Extent> outcome =
          experiment.run(tr -> read.of(snapshot ? tr.snapshot() : tr), probe);
      Extent extent = outcome.answer();
      boolean expected = !snapshot && extent.contains(probe) && outcome.writes().leaveOpen(probe);
      if (outcome.conflict() != expected) {
        return Optional.of(
            (snapshot ? "a snapshot" : "a transaction")
                + " that read "
                + extent
                + (expected ? " did not conflict" : " conflicted")
                + " with a write to "
                + ByteArrayUtil.printable(probe)
                + " after "
                + outcome.writes());
      }
    }
    return Optional.empty();
  }

  private Read anyRead() {
    return switch (random.nextInt(3)) {
      case 0 -> get(anyKey());
      case 1 -> getKey(anyKey(), random.nextBoolean(), anyOffset());
      default -> getRange(anyKey(), anyKey(), random.nextInt(MOST_ROWS), random.nextBoolean());
    };
  }

  private byte[] anyKey() {
    return Experiment.anyKey(random);
  }

  private int anyOffset() {
    return random.nextInt(2 * MOST_OFFSET) - MOST_OFFSET + 1;
  }

  private static Read get(byte[] key) {
    return tr -> {
      tr.get(key).join();
      return new Extent(key, after(key));
    };
  }

  private static Read getKey(byte[] key, boolean orEqual, int offset) {
    byte[] base = orEqual ? after(key) : key;
    return tr -> {
      byte[] found = tr.getKey(new KeySelector(key, orEqual, offset)).join();
      return offset > 0 ? new Extent(base, after(found)) : new Extent(found, base);
    };
  }

  private static Read getRange(byte[] one, byte[] other, int limit, boolean reverse) {
    byte[] begin = Arrays.compareUnsigned(one, other) < 0 ? one : other;
    byte[] end = Arrays.compareUnsigned(one, other) < 0 ? other : one;
    return tr -> {
      List<KeyValue> rows =
          tr.getRange(begin, end, limit, reverse, StreamingMode.WANT_ALL).asList().join();
      if (limit == 0 || rows.size() < limit) {
        return new Extent(begin, end);
      }
      byte[] last = rows.get(rows.size() - 1).getKey();
      return reverse ? new Extent(last, end) : new Extent(begin, after(last));
    };
  }

  static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }
}
