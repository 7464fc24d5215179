package io.github.grpconce.embedded.internal.ryw;

import com.apple.foundationdb.KeySelector;
import io.github.grpconce.embedded.defect.Defect;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Selector;
import io.github.grpconce.embedded.internal.range.RangeLimits;
import io.github.grpconce.embedded.internal.range.RangeResult;

/**
 * What a {@link Defect} has the engine call instead of what reads should do. Public for those who
 * ask for reads.
 */
public final class Mistakes {
  private Mistakes() {}

  static void noConflict(ReadYourWrites ryw, KeyRange range) {}

  static boolean nothingMore(RangeResult result) {
    return false;
  }

  /** Takes a range that was read backwards for one that was read forwards. */
  static KeyRange forwardExtent(Selector begin, Selector end, RangeResult result, byte[] maxKey) {
    return ReadConflicts.ofRange(begin, end, false, result, maxKey);
  }

  static boolean alwaysReadsDatabase(WriteCursor at) {
    return true;
  }

  static boolean neverUnreadable(WriteCursor at) {
    return false;
  }

  public static byte[] getWithConflict(ReadYourWrites ryw, byte[] key, boolean snapshot) {
    return ryw.get(key, false);
  }

  public static byte[] getKeyWithConflict(
      ReadYourWrites ryw, KeySelector selector, boolean snapshot) {
    return ryw.getKey(selector, false);
  }

  public static RangeResult getRangeWithConflict(
      ReadYourWrites ryw,
      KeySelector from,
      KeySelector to,
      RangeLimits limits,
      boolean snapshot,
      boolean reverse) {
    return ryw.getRange(from, to, limits, false, reverse);
  }
}
