package io.github.grpconce.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.embedded.tree.SortedTree;
import org.junit.jupiter.api.Test;

/** Reads by FoundationDB's native client, below a transaction's own writes. */
final class ShardedReadTest {
  private static final byte[] FIRST = {};
  private static final byte[] SECOND = {'a'};

  /** In a reply a row is 24 bytes and its strings, for the limit it is 8. */
  private static final int MORE_THAN_THE_LIMIT_COUNTS = 60;

  private final SortedTree<byte[]> rows =
      SortedTree.<byte[]>empty().put(FIRST, new byte[10]).put(SECOND, new byte[10]);

  /** This selector has to be resolved first, and the rows are asked for in a second step. */
  private final Selector offTheBegin = new Selector(SECOND, -5);

  @Test
  void replyThatIsFullWithTheLastRowOfTheRange_isTheLast() {
    RangeResult backward = read(Selector.firstGreaterOrEqual(new byte[] {'b'}), true);
    assertEquals(2, backward.rows().size());
    assertFalse(backward.more());
    assertTrue(backward.readToBegin());

    RangeResult forward = read(Selector.firstGreaterOrEqual(Keys.after(SECOND)), false);
    assertEquals(2, forward.rows().size());
    assertFalse(forward.more());
  }

  @Test
  void replyThatIsFullBefore_isNotTheLast() {
    RangeResult forward = read(Selector.firstGreaterOrEqual(new byte[] {'b'}), false);
    assertEquals(2, forward.rows().size());
    assertTrue(forward.more(), "there could be more behind the second row");
  }

  @Test
  void limitOfAllRowsThereCanBe_staysPositiveWithMoreRowsToRead() {
    RangeLimits all = new RangeLimits(Integer.MAX_VALUE, 1, RangeLimits.UNLIMITED);
    RangeLimits request = all.forRequest(3, 1, 0);
    assertEquals(Integer.MAX_VALUE, request.rows);
    assertEquals(4, request.minRows);
  }

  private RangeResult read(Selector end, boolean reverse) {
    RangeLimits limits = new RangeLimits(RangeLimits.UNLIMITED, 1, MORE_THAN_THE_LIMIT_COUNTS);
    return new ShardedRead(rows, offTheBegin, end, limits, reverse).run();
  }
}
