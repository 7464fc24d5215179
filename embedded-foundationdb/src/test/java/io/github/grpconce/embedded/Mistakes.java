package io.github.grpconce.embedded;

import com.apple.foundationdb.KeySelector;

/** What a {@link Defect} has the engine call instead of what it should. */
final class Mistakes {
  private Mistakes() {}

  static boolean neverWritten(ConflictSet conflicts, KeyRange range, long version) {
    return false;
  }

  static void noConflict(ReadYourWrites ryw, KeyRange range) {}

  static boolean nothingMore(RangeResult result) {
    return false;
  }

  /** Takes a range that was read backwards for one that was read forwards. */
  static KeyRange forwardExtent(Selector begin, Selector end, RangeResult result, byte[] maxKey) {
    return ReadConflicts.ofRange(begin, end, false, result, maxKey);
  }

  static long neverTooOld(Storage storage) {
    return Long.MIN_VALUE;
  }

  static long neverTooOldToCommit(long version) {
    return Long.MIN_VALUE;
  }

  static boolean alwaysReadsDatabase(WriteCursor at) {
    return true;
  }

  static byte[] getWithConflict(ReadYourWrites ryw, byte[] key, boolean snapshot) {
    return ryw.get(key, false);
  }

  static byte[] getKeyWithConflict(ReadYourWrites ryw, KeySelector selector, boolean snapshot) {
    return ryw.getKey(selector, false);
  }

  static RangeResult getRangeWithConflict(
      ReadYourWrites ryw,
      KeySelector from,
      KeySelector to,
      RangeLimits limits,
      boolean snapshot,
      boolean reverse) {
    return ryw.getRange(from, to, limits, false, reverse);
  }

  static int anySize(byte[] key) {
    return Integer.MAX_VALUE;
  }

  static boolean neverUnreadable(WriteCursor at) {
    return false;
  }

  static byte[] addWithoutCarry(byte[] existing, byte[] operand) {
    byte[] sum = operand.clone();
    for (int i = 0; i < Math.min(sum.length, existing.length); i++) {
      sum[i] += existing[i];
    }
    return sum;
  }
}
