package io.github.grpconce.embedded.rules;

import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Some writes of a transaction, and of which keys it knows the value because of them. */
final class OwnWrites {
  private final List<String> done = new ArrayList<>();
  private final TreeSet<byte[]> known = new TreeSet<>(Arrays::compareUnsigned);

  /** Writes a few times, the same for the same randomness. */
  static OwnWrites anyOf(Transaction tr, SplittableRandom random) {
    OwnWrites writes = new OwnWrites();
    for (int left = random.nextInt(4); left > 0; left--) {
      writes.write(tr, random);
    }
    return writes;
  }

  private void write(Transaction tr, SplittableRandom random) {
    byte[] key = Experiment.anyKey(random);
    switch (random.nextInt(4)) {
      case 0 -> {
        tr.set(key, new byte[] {1});
        know(key, ConflictExtents.after(key), "set");
      }
      case 1 -> {
        tr.clear(key);
        know(key, ConflictExtents.after(key), "clear");
      }
      case 2 -> {
        byte[] end = Experiment.anyKey(random);
        if (Arrays.compareUnsigned(key, end) < 0) {
          tr.clear(key, end);
          know(key, end, "clear");
        }
      }
      default -> {
        // What comes out of it depends on the value before, unless that is known.
        tr.mutate(MutationType.ADD, key, new byte[] {1});
        done.add("add " + ByteArrayUtil.printable(key));
      }
    }
  }

  private void know(byte[] begin, byte[] end, String how) {
    done.add(how + " " + new ConflictExtents.Extent(begin, end));
    Experiment.PROBES.stream()
        .filter(new ConflictExtents.Extent(begin, end)::contains)
        .forEach(known::add);
  }

  /** Whether the key's value is still the database's to say. */
  boolean leaveOpen(byte[] key) {
    return !known.contains(key);
  }

  @Override
  public String toString() {
    return done.toString();
  }
}
