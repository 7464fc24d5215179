package io.github.grpconce.embedded.internal.nativeapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Selector;
import io.github.grpconce.embedded.internal.range.Limits;
import io.github.grpconce.embedded.internal.range.RangeLimits;
import io.github.grpconce.embedded.internal.range.RangeResult;
import io.github.grpconce.embedded.internal.tree.SortedTree;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads by FoundationDB's native client, below a transaction's own writes. */
final class NativeRangeReadTest {
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
  void selectorBehindTheLastRow_findsRowsOfTheClustersOwn() {
    RangeResult endsThere = read(SECOND, new Selector(SECOND, 2));
    assertEquals(1, endsThere.rows().size());
    assertFalse(endsThere.readThroughEnd(), "nothing was said of what is before the first of them");

    RangeResult goesOn = read(SECOND, new Selector(SECOND, 3));
    assertEquals(1, goesOn.rows().size());
    assertTrue(goesOn.readThroughEnd());

    RangeResult all = read(FIRST, new Selector(FIRST, 3));
    assertEquals(2, all.rows().size());
    assertFalse(all.readThroughEnd());
  }

  @Test
  void rowsOfTheClustersOwn_countTowardsTheRowsThatAreWanted() {
    byte[] last = {(byte) 0xfe};
    SortedTree<byte[]> three = rows.put(last, new byte[0]);
    RangeLimits ofThree = Limits.ofRows(3);
    Selector begin = Selector.firstGreaterOrEqual(FIRST);
    Selector twoBehind = new Selector(last, 4);

    RangeResult counted = new NativeRangeRead(three, begin, twoBehind, ofThree, true).run();
    assertEquals(1, counted.rows().size(), "with two that nobody sees that makes three");
    assertTrue(counted.more());

    Selector noneBehind = new Selector(last, 2);
    RangeResult all = new NativeRangeRead(three, begin, noneBehind, ofThree, true).run();
    assertEquals(3, all.rows().size());
  }

  /** Replies are cut by their bytes alone, wherever a cluster may have a border of shards. */
  @Test
  void rangeOfFewBytes_isReadAtOnceInEitherDirection() {
    byte[] last = {(byte) 0xfe};
    SortedTree<byte[]> three = rows.put(last, new byte[0]);
    Selector begin = new Selector(FIRST, 0);
    Selector end = Selector.firstGreaterOrEqual(Keys.USER_END);

    for (boolean reverse : List.of(false, true)) {
      RangeLimits limits = Limits.ofBytes(1, 4096);
      RangeResult all = new NativeRangeRead(three, begin, end, limits, reverse).run();
      assertEquals(3, all.rows().size());
      assertFalse(all.more());
    }
  }

  @Test
  void rangeBetweenRowsOfTheClustersOwn_conflictsNoFurtherThanItsSelectors() {
    try (Database database = EmbeddedDatabase.inMemory();
        Transaction tr = database.createTransaction()) {
      tr.options().setReadYourWritesDisable();
      KeySelector begin = KeySelector.firstGreaterOrEqual(new byte[] {'b'}).add(6);
      KeySelector end = KeySelector.firstGreaterOrEqual(new byte[] {'d'}).add(4);
      assertTrue(tr.getRange(begin, end).asList().join().isEmpty());
      database.run(
          other -> {
            other.set(new byte[] {'e'}, new byte[0]);
            return null;
          });
      tr.set(SECOND, new byte[0]);
      tr.commit().join();
    }
  }

  private RangeResult read(byte[] from, Selector end) {
    RangeLimits limits = Limits.none();
    return new NativeRangeRead(rows, Selector.firstGreaterOrEqual(from), end, limits, false).run();
  }

  private RangeResult read(Selector end, boolean reverse) {
    RangeLimits limits = Limits.ofBytes(1, MORE_THAN_THE_LIMIT_COUNTS);
    return new NativeRangeRead(rows, offTheBegin, end, limits, reverse).run();
  }
}
