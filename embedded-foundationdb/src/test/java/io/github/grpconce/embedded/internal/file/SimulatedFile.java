package io.github.grpconce.embedded.internal.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A file's content as programs see it, and what of it would survive a power cut. */
final class SimulatedFile {

  /** What a disk writes as one; even that can be torn here. */
  private static final int SECTOR_BYTES = 512;

  private byte[] seen;
  private byte[] durable;
  private final List<UnaryOperator<byte[]>> unsynced = new ArrayList<>();

  private SimulatedFile(byte[] content) {
    this.seen = content;
    this.durable = content;
  }

  static SimulatedFile of(byte[] content) {
    return new SimulatedFile(content);
  }

  byte[] content() {
    return seen;
  }

  /** What is sure to survive. */
  byte[] durableContent() {
    return durable;
  }

  void write(int position, byte[] bytes) {
    for (int from = 0; from < bytes.length; ) {
      int at = position + from;
      int to = Math.min(bytes.length, from + SECTOR_BYTES - at % SECTOR_BYTES);
      byte[] sector = Arrays.copyOfRange(bytes, from, to);
      change(content -> overwrite(content, at, sector));
      from = to;
    }
  }

  void truncate(int size) {
    change(content -> size < content.length ? Arrays.copyOf(content, size) : content);
  }

  void sync() {
    for (UnaryOperator<byte[]> change : unsynced) {
      durable = change.apply(durable);
    }
    unsynced.clear();
  }

  /**
   * What operating systems do when a sync fails: some of it got written, the rest stays readable
   * but counts as written, and no later sync will try it again.
   */
  void failToSync(Random random) {
    durable = surviving(random);
    unsynced.clear();
  }

  SimulatedFile afterPowerCut(Random random) {
    return new SimulatedFile(surviving(random));
  }

  private void change(UnaryOperator<byte[]> change) {
    seen = change.apply(seen);
    unsynced.add(change);
  }

  /** Any part of what was not synced, in any order; the size may have been written before it. */
  private byte[] surviving(Random random) {
    double share = random.nextInt(5) / 4.0;
    byte[] content = durable;
    for (UnaryOperator<byte[]> change : unsynced) {
      if (random.nextDouble() < share) {
        content = random.nextInt(8) == 0 ? torn(content, change, random) : change.apply(content);
      }
    }
    if (seen.length > content.length && random.nextBoolean()) {
      byte[] filler = new byte[seen.length - content.length];
      if (random.nextBoolean()) {
        random.nextBytes(filler);
      }
      content = overwrite(content, content.length, filler);
    }
    return content;
  }

  private static byte[] torn(byte[] content, UnaryOperator<byte[]> change, Random random) {
    byte[] after = change.apply(content);
    int tear = Arrays.mismatch(content, after);
    if (tear < 0 || tear == after.length) {
      return after;
    }
    int end = Math.min(after.length, tear + 1 + random.nextInt(SECTOR_BYTES));
    return overwrite(content, tear, Arrays.copyOfRange(after, tear, end));
  }

  private static byte[] overwrite(byte[] content, int position, byte[] bytes) {
    byte[] result = Arrays.copyOf(content, Math.max(content.length, position + bytes.length));
    System.arraycopy(bytes, 0, result, position, bytes.length);
    return result;
  }
}
