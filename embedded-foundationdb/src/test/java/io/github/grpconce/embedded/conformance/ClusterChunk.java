package io.github.grpconce.embedded.conformance;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.async.AsyncIterable;
import io.github.grpconce.embedded.internal.range.RangeResult;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A single chunk of a range from a cluster. fdb-java asks for them one by one and keeps to itself
 * where each ends, so this calls what its iterators call.
 */
final class ClusterChunk {
  private static final int NO_BYTE_LIMIT = 0;

  private ClusterChunk() {}

  /**
   * The chunk that a range begins with.
   *
   * @param range what fdb-java gave
   * @param iteration counts from 1
   */
  static CompletableFuture<RangeResult> of(
      AsyncIterable<KeyValue> range, StreamingMode mode, int iteration) {
    Object transaction = field(range, "tr");
    CompletableFuture<?> info =
        (CompletableFuture<?>)
            call(
                transaction,
                "getRange_internal",
                (KeySelector) field(range, "begin"),
                (KeySelector) field(range, "end"),
                field(range, "rowLimit"),
                NO_BYTE_LIMIT,
                mode.code(),
                iteration,
                field(range, "snapshot"),
                field(range, "reverse"));
    return info.thenApply(ClusterChunk::result);
  }

  @SuppressWarnings("unchecked") // fdb-java's own declaration
  private static RangeResult result(Object info) {
    Object rows = call(info, "get");
    List<KeyValue> values = (List<KeyValue>) field(rows, "values");
    return new RangeResult(values, (boolean) field(rows, "more"), false, false);
  }

  private static Object field(Object owner, String name) {
    try {
      Field field = owner.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field.get(owner);
    } catch (ReflectiveOperationException otherVersion) {
      throw new IllegalStateException(otherVersion);
    }
  }

  private static Object call(Object owner, String name, Object... arguments) {
    try {
      Method method =
          Arrays.stream(owner.getClass().getDeclaredMethods())
              .filter(candidate -> candidate.getName().equals(name))
              .findFirst()
              .orElseThrow();
      method.setAccessible(true);
      return method.invoke(owner, arguments);
    } catch (ReflectiveOperationException otherVersion) {
      throw new IllegalStateException(otherVersion);
    }
  }
}
