package io.github.grpconce.embedded.internal.nativeapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.Awaited;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sizes of ranges that can hold nothing. */
@StoreTest
final class EmptyRangeSizeTest {
  private static final byte[] KEY = {1};
  private static final byte[] BEHIND = {2};
  private static final int INVERTED = 2005;
  private static final int INTERNAL_ERROR = 4100;

  private final VirtualTime time = new VirtualTime();
  private final Database database =
      TestStore.open(
          () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).build(),
          time::nanoTime);
  private final Transaction tr = database.createTransaction();

  @AfterEach
  void close() {
    tr.close();
    database.close();
  }

  @Test
  void emptyRange_isAnInternalErrorAndHarmsNothingElse() {
    assertEquals(INTERNAL_ERROR, code(tr.getEstimatedRangeSizeBytes(KEY, KEY)));
    assertEquals(INTERNAL_ERROR, code(tr.getRangeSplitPoints(KEY, KEY, 100)));

    assertNull(Awaited.join(time, tr.get(KEY)));
    tr.set(KEY, KEY);
    Awaited.join(time, tr.commit());
  }

  @Test
  void emptyRange_isNothingToATransactionThatIsOver() {
    tr.cancel();

    assertEquals(1025, code(tr.getEstimatedRangeSizeBytes(KEY, KEY)));
    assertEquals(1025, code(tr.getRangeSplitPoints(KEY, KEY, 100)));
  }

  @Test
  void invertedRange_isRefusedByWhateverTransaction() {
    assertEquals(INVERTED, code(tr.getEstimatedRangeSizeBytes(BEHIND, KEY)));
    tr.cancel();
    assertEquals(INVERTED, code(tr.getRangeSplitPoints(BEHIND, KEY, 100)));
  }

  private int code(CompletableFuture<?> failing) {
    return ErrorCode.of(time, failing);
  }
}
