package io.github.grpconce.embedded.internal.nativeapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.internal.key.Selector;
import io.github.grpconce.teststore.OnEngineOnly;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * What counts towards a transaction's size: what {@code getApproximateSize} says before the commit,
 * and what the limit counts at the commit. A mutation is 44 bytes and its two strings, a conflict
 * range 24 bytes and its two keys.
 */
@OnEngineOnly("sizes without a prefix")
final class TransactionSizeTest {
  private static final byte[] KEY = {'k', 'e', 'y'};
  private static final byte[] OTHER = {'o', 't', 'h', 'e', 'r'};
  private static final int POINT = 24 + 3 + 4;
  private static final int RANGE = 24 + 3 + 5;

  private final Database database = EmbeddedDatabase.inMemory();

  @Test
  void approximateSize_countsMutationsWithTheirConflicts() {
    assertEquals(0, approximate(tr -> {}));
    assertEquals(44 + 3 + 5 + POINT, approximate(tr -> tr.set(KEY, OTHER)));
    assertEquals(44 + 3 + 5, approximate(tr -> withoutConflict(tr).set(KEY, OTHER)));
    assertEquals(
        44 + 3 + 5 + POINT, approximate(tr -> tr.mutate(MutationType.BYTE_MAX, KEY, OTHER)));
    assertEquals(44 + 3 + 5 + RANGE, approximate(tr -> tr.clear(KEY, OTHER)));
    assertEquals(44 + 3 + 3 + 24 + 3 + 3, approximate(tr -> tr.clear(KEY, KEY)));
    assertEquals(POINT + POINT, approximate(tr -> tr.clear(KEY)), "a clear of one key is less");
    assertEquals(POINT, approximate(tr -> withoutConflict(tr).clear(KEY)));
  }

  @Test
  void approximateSize_leavesOutWhatCannotBeThere() {
    assertEquals(0, approximate(tr -> tr.get(new byte[10_009]).join()));
    assertEquals(24 + 2 * 10_008 + 1, approximate(tr -> tr.get(new byte[10_008]).join()));
    assertEquals(0, approximate(tr -> tr.clear(new byte[10_009])));
    assertEquals(2 * (24 + 2 * 10_008 + 1), approximate(tr -> tr.clear(new byte[10_008])));
    assertEquals(0, approximate(tr -> withoutReadYourWrites(tr).addReadConflictRange(KEY, KEY)));
  }

  @Test
  void approximateSize_countsOfALongBorderNoMoreThanItTakes() {
    byte[] end = {1};
    assertEquals(
        24 + 10_008 + 1, approximate(tr -> tr.addReadConflictRange(new byte[10_008], end)));
    assertEquals(
        24 + 10_009 + 1, approximate(tr -> tr.addReadConflictRange(new byte[10_009], end)));
    assertEquals(
        24 + 10_009 + 1, approximate(tr -> tr.addReadConflictRange(new byte[10_010], end)));
  }

  @Test
  void approximateSize_countsReads() {
    assertEquals(POINT, approximate(tr -> tr.get(KEY).join()));
    assertEquals(0, approximate(tr -> tr.snapshot().get(KEY).join()));
    assertEquals(RANGE, approximate(tr -> tr.getRange(KEY, OTHER).asList().join()));
    assertEquals(RANGE, approximate(tr -> tr.addReadConflictRange(KEY, OTHER)));
    assertEquals(POINT, approximate(tr -> tr.addWriteConflictKey(KEY)));
  }

  @Test
  void approximateSize_ofAReadAroundAnOwnWrite_countsTheRangeForEachOfItsParts() {
    byte[] between = {'l'};
    int own = 44 + 1 + 1 + 24 + 1 + 2;
    assertEquals(
        own + 2 * RANGE,
        approximate(
            tr -> {
              tr.set(between, between);
              tr.addReadConflictRange(KEY, OTHER);
            }));
  }

  @Test
  void approximateSize_withoutReadYourWrites_leavesOutReadsAndClearsOfOneKey() {
    assertEquals(0, approximate(tr -> withoutReadYourWrites(tr).get(KEY).join()));
    assertEquals(0, approximate(tr -> withoutReadYourWrites(tr).clear(KEY)));
    assertEquals(
        RANGE, approximate(tr -> withoutReadYourWrites(tr).addReadConflictRange(KEY, OTHER)));
    assertEquals(
        44 + 3 + 5 + RANGE, approximate(tr -> withoutReadYourWrites(tr).clear(KEY, OTHER)));
  }

  @Test
  void limit_countsReadsOfValuesAndRanges() {
    assertLimit(44 + 3 + 5 + POINT, tr -> tr.set(KEY, OTHER));
    assertLimit(
        44 + 3 + 5 + POINT + 24 + 5 + 6,
        tr -> {
          tr.get(OTHER).join();
          tr.set(KEY, OTHER);
        });
    assertLimit(
        44 + 3 + 5 + POINT + 24 + 1 + 2,
        tr -> {
          tr.getRange(new byte[] {'a'}, new byte[] {'a', 0}).asList().join();
          tr.set(KEY, OTHER);
        });
  }

  @Test
  void limit_countsWhatIsLeftWhenOperationsOnAKeyAreMerged() {
    byte[] one = {1};
    byte[] two = {1, 2};
    assertMerged(44 + 3 + 2 + POINT, MutationType.BIT_AND, one, two);
    assertMerged(44 + 3 + 1 + POINT, MutationType.BYTE_MIN, one, two);
    assertMerged(44 + 3 + 2 + POINT, MutationType.BYTE_MAX, one, two);
    assertMerged(44 + 3 + 3 + POINT, MutationType.APPEND_IF_FITS, one, two);
    assertMerged(44 + 3 + 2 + POINT, MutationType.ADD, two, two);
    assertMerged(2 * (44 + 3 + 2) + POINT, MutationType.COMPARE_AND_CLEAR, two, two);
    for (MutationType apart :
        List.of(
            MutationType.ADD,
            MutationType.BIT_OR,
            MutationType.BIT_XOR,
            MutationType.MAX,
            MutationType.MIN,
            MutationType.COMPARE_AND_CLEAR)) {
      assertMerged(44 + 3 + 1 + 44 + 3 + 2 + POINT, apart, one, two);
    }
    assertLimit(
        44 + 3 + 1 + 44 + 3 + 2 + POINT,
        tr -> {
          tr.mutate(MutationType.ADD, KEY, one);
          tr.mutate(MutationType.MAX, KEY, two);
        });
    assertLimit(
        44 + 3 + 2 + POINT,
        tr -> {
          tr.set(KEY, one);
          tr.mutate(MutationType.MAX, KEY, two);
        });
    assertLimit(
        44 + 3 + 14 + POINT,
        tr -> {
          tr.set(KEY, one);
          tr.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, KEY, new byte[14]);
        });
    assertMerged(
        2 * (44 + 3 + 14) + POINT,
        MutationType.SET_VERSIONSTAMPED_VALUE,
        new byte[14],
        new byte[14]);
  }

  private void assertMerged(int size, MutationType type, byte[] first, byte[] second) {
    assertLimit(
        size,
        tr -> {
          tr.mutate(type, KEY, first);
          tr.mutate(type, KEY, second);
        });
  }

  @Test
  void limit_withoutReadYourWrites_countsReadsOfValuesAlone() {
    assertLimit(
        44 + 3 + 5 + POINT + 24 + 5 + 6,
        tr -> {
          withoutReadYourWrites(tr).get(OTHER).join();
          tr.getRange(Range.startsWith(OTHER)).asList().join();
          tr.getKey(KeySelector.firstGreaterThan(OTHER)).join();
          tr.set(KEY, OTHER);
        });
  }

  @Test
  void selector_ofAKeyLongerThanAnyStored_countsAsTheBeginningOfIt() {
    KeySelector begin = new KeySelector(new byte[50_000], true, 1);
    Selector selector = Selector.of(begin);
    assertEquals(10_009, selector.key().length);
    int longRead = 24 + 10_009 + 2;
    assertLimit(
        44 + 3 + 5 + POINT + longRead,
        tr -> {
          tr.getKey(begin).join(); // runs off the end, so to the first key behind
          tr.set(KEY, OTHER);
        });
  }

  private static Transaction withoutConflict(Transaction tr) {
    tr.options().setNextWriteNoWriteConflictRange();
    return tr;
  }

  private static Transaction withoutReadYourWrites(Transaction tr) {
    tr.options().setReadYourWritesDisable();
    return tr;
  }

  private long approximate(Consumer<Transaction> operations) {
    try (Transaction tr = database.createTransaction()) {
      operations.accept(tr);
      return tr.getApproximateSize().join();
    }
  }

  /** The operations can be committed with this limit, and with none that is smaller. */
  private void assertLimit(int size, Consumer<Transaction> operations) {
    try (Transaction tr = database.createTransaction()) {
      tr.options().setSizeLimit(size);
      operations.accept(tr);
      tr.commit().join();
    }
    try (Transaction tr = database.createTransaction()) {
      tr.options().setSizeLimit(size - 1);
      operations.accept(tr);
      CompletionException refusal =
          assertThrows(CompletionException.class, () -> tr.commit().join());
      assertEquals(2101, ((FDBException) refusal.getCause()).getCode());
    }
  }
}
