package io.github.grpconce.embedded.internal.nativeapi;

import com.apple.foundationdb.KeyArrayResult;
import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Selector;
import io.github.grpconce.embedded.internal.range.RangeLimits;
import io.github.grpconce.embedded.internal.range.RangeResult;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What FoundationDB's storage servers and its native client answer to reads at one version. */
final class StorageReader {
  private final SortedTree<byte[]> tree;

  StorageReader(SortedTree<byte[]> tree) {
    this.tree = tree;
  }

  byte @Nullable [] get(byte[] key) {
    return tree.get(key);
  }

  /** The selected key; {@link Keys#BEGIN} or {@link Keys#END} if the selector runs off. */
  byte[] getKey(Selector selector) {
    long rank = (long) tree.rank(selector.key()) + selector.offset() - 1;
    if (rank < 0) {
      return Keys.BEGIN;
    }
    return rank >= tree.size() ? Keys.END : tree.keyAt((int) rank);
  }

  /** The rows from {@code begin} to {@code end}, as far as the limits go. */
  RangeResult getRange(Selector begin, Selector end, RangeLimits limits, boolean reverse) {
    return new NativeRangeRead(tree, begin, end, limits, reverse).run();
  }

  /** The bytes of the keys and values in a range. */
  long rangeSize(KeyRange range) {
    long[] bytes = {0};
    tree.forward(
        range.begin(),
        range.end(),
        (key, value) -> {
          bytes[0] += key.length + value.length;
          return true;
        });
    return bytes[0];
  }

  /** Keys that cut a range in pieces of about this many bytes, its borders included. */
  KeyArrayResult splitPoints(KeyRange range, long chunkSize) {
    if (chunkSize <= 0) {
      throw FdbError.CLIENT_INVALID_OPERATION.exception();
    }
    List<byte[]> points = new ArrayList<>(List.of(range.begin()));
    long[] bytes = {0};
    tree.forward(
        range.begin(),
        range.end(),
        (key, value) -> {
          if (bytes[0] >= chunkSize) {
            points.add(key);
            bytes[0] = 0;
          }
          bytes[0] += key.length + value.length;
          return true;
        });
    points.add(range.end());
    return arrayOf(points);
  }

  private static KeyArrayResult arrayOf(List<byte[]> keys) {
    int[] lengths = keys.stream().mapToInt(key -> key.length).toArray();
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    keys.forEach(joined::writeBytes);
    return new KeyArrayResult(joined.toByteArray(), lengths);
  }
}
