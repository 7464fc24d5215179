package io.github.grpconce.embedded.internal.nativeapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.OnEngineOnly;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * How large ranges are, and where to cut them. A cluster estimates both from samples; here they are
 * exact.
 */
@OnEngineOnly("exact sizes")
final class RangeSizeTest {
  private static final int ROWS = 10;
  private static final int ROW_BYTES = 100;

  private final VirtualTime time = new VirtualTime();
  private final Database database =
      EmbeddedDatabase.newBuilder().timeline(time).executor(time).build();
  private final Transaction tr = database.createTransaction();

  @BeforeEach
  void fill() {
    database.run(
        filling -> {
          IntStream.range(0, ROWS).forEach(n -> filling.set(key(n), new byte[ROW_BYTES - 1]));
          return null;
        });
  }

  @Test
  void size_isThatOfTheKeysAndValuesInTheRange() {
    assertEquals(ROWS * ROW_BYTES, time.join(tr.getEstimatedRangeSizeBytes(key(0), key(ROWS))));
    assertEquals(2 * ROW_BYTES, time.join(tr.getEstimatedRangeSizeBytes(key(3), key(5))));
    assertEquals(
        2 * ROW_BYTES, time.join(tr.getEstimatedRangeSizeBytes(new Range(key(3), key(5)))));
    assertEquals(
        0, time.join(tr.getEstimatedRangeSizeBytes(ByteArrayUtil.join(key(3), key(0)), key(4))));
  }

  @Test
  void size_isThatOfTheDatabase_whateverTheTransactionWrote() {
    tr.set(key(3), new byte[1_000]);
    tr.clear(key(4));

    assertEquals(2 * ROW_BYTES, time.join(tr.getEstimatedRangeSizeBytes(key(3), key(5))));
  }

  @Test
  void splitPoints_cutPiecesOfAboutAsManyBytes_bordersIncluded() {
    assertEquals(List.of("00", "03", "06", "09", "0a"), points(0, ROWS, 3 * ROW_BYTES));
    assertEquals(List.of("00", "03", "06", "09", "0a"), points(0, ROWS, 3 * ROW_BYTES - 1));
    assertEquals(List.of("00", "04", "08", "0a"), points(0, ROWS, 3 * ROW_BYTES + 1));
    assertEquals(List.of("02", "05"), points(2, 5, 1_000_000));
    assertEquals(List.of("02", "03", "04", "05"), points(2, 5, 1));
  }

  /** They would keep a cluster's storage server busy for ever. */
  @Test
  void splitPointsOfNoSize_areRefused() {
    assertEquals(2000, code(tr.getRangeSplitPoints(key(0), key(ROWS), 0)));
    assertEquals(2000, code(tr.getRangeSplitPoints(key(0), key(ROWS), -1)));
  }

  @Test
  void splitPointsOfTheSystemsKeys_areRefused() {
    assertEquals(2004, code(tr.getRangeSplitPoints(key(0), new byte[] {-1, 0}, 100)));
    assertEquals(
        2, time.join(tr.getRangeSplitPoints(key(9), new byte[] {-1}, 1_000)).getKeys().size());
  }

  private List<String> points(int begin, int end, long chunkBytes) {
    return time
        .join(tr.getRangeSplitPoints(new Range(key(begin), key(end)), chunkBytes))
        .getKeys()
        .stream()
        .map(HexFormat.of()::formatHex)
        .toList();
  }

  private int code(CompletableFuture<?> answer) {
    return ErrorCode.of(time, answer);
  }

  private static byte[] key(int number) {
    return new byte[] {(byte) number};
  }
}
