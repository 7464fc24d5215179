package io.github.grpconce.embedded.internal.ryw;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.tuple.ByteArrayUtil;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What a transaction's writes come to, key by key, and where one part of the key space ends and the
 * next begins: FoundationDB counts what is read by these parts.
 *
 * <p>{@code -Dgrpconce.seed=N} tries one seed.
 */
final class WriteMapTest {
  private static final int RUNS = 400;
  private static final int STEPS = 25;
  private static final int LETTERS = 6;
  private static final List<Operation> OPERATIONS =
      List.of(
          Operation.SET,
          Operation.SET,
          Operation.ADD,
          Operation.AND,
          Operation.APPEND_IF_FITS,
          Operation.BYTE_MAX,
          Operation.COMPARE_AND_CLEAR,
          Operation.SET_VERSIONSTAMPED_VALUE);

  private final long seed = Long.getLong("grpconce.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final WriteMap map = new WriteMap();

  @Test
  void clears_thatOverlap_areOne() {
    map.clear(range("b", "d"), true);
    map.clear(range("c", "e"), true);

    assertParts("b cleared conflict", "e");
  }

  @Test
  void clear_upToAnother_isOneWithIt() {
    map.clear(range("c", "d"), true);
    map.clear(range("b", "c"), true);

    assertParts("b cleared conflict", "d");
  }

  @Test
  void clear_behindAnother_isAPartOfItsOwn() {
    map.clear(range("b", "c"), true);
    map.clear(range("c", "d"), true);

    assertParts("b cleared conflict", "c cleared conflict", "d");
  }

  @Test
  void clear_leavesNothingOfWhatWasInItsRange() {
    map.mutate(key("c"), Operation.SET, key("1"), true);
    map.makeUnreadable(range("d", "e"));
    map.clear(range("b", "f"), true);

    assertParts("b cleared conflict", "f");
  }

  @Test
  void clearWithoutConflict_leavesTheConflictsInItsRange() {
    map.mutate(key("c"), Operation.SET, key("1"), true);
    map.clear(range("e", "f"), true);
    map.clear(range("b", "g"), false);

    assertParts(
        "b cleared",
        "c cleared conflict",
        "c\\x00 cleared",
        "e cleared conflict",
        "f cleared",
        "g");
  }

  @Test
  void clearWithoutConflict_withinAClear_changesNothing() {
    map.clear(range("b", "e"), true);
    map.clear(range("c", "d"), false);

    assertParts("b cleared conflict", "e");
  }

  @Test
  void clearWithoutConflict_upToAClearWithoutConflict_isOneWithIt() {
    map.clear(range("c", "d"), false);
    map.clear(range("b", "c"), false);

    assertParts("b cleared", "d");
  }

  @Test
  void clearWithoutConflict_thatEndsRightBehindAConflict_endsThatConflict() {
    map.clear(range("b", "e"), false);
    map.mutate(key("c"), Operation.SET, key("1"), true);
    map.clear(range("b", "c\0"), false);

    assertParts("b cleared", "c cleared conflict", "c\\x00 cleared", "e");
  }

  @Test
  void unreadableRanges_thatOverlap_areOne() {
    map.makeUnreadable(range("b", "d"));
    map.makeUnreadable(range("c", "e"));
    map.makeUnreadable(range("a", "b"));

    assertParts("a unreadable", "e");
  }

  @Test
  void everyKey_hasWhatWasDoneToIt() {
    for (int run = 0; run < RUNS; run++) {
      WriteMap random = new WriteMap();
      Model model = new Model();
      StringBuilder history = new StringBuilder("seed " + seed + ":");
      for (int step = 0; step < STEPS; step++) {
        doAnything(random, model, history);
        model.check(random, history);
      }
    }
  }

  private void doAnything(WriteMap written, Model model, StringBuilder history) {
    boolean conflict = random.nextBoolean();
    byte[] one = anyKey();
    byte[] other = anyKey();
    KeyRange range = new KeyRange(Keys.min(one, other), Keys.max(one, other));
    int kind = range.isEmpty() ? 0 : random.nextInt(5);
    history.append('\n').append(kind).append(' ').append(conflict).append(' ').append(text(range));
    switch (kind) {
      case 0, 1 -> {
        Operation operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
        byte[] operand = new byte[1 + random.nextInt(2)];
        random.nextBytes(operand);
        history.append(operation).append(Arrays.toString(operand));
        written.mutate(one, operation, operand, conflict);
        model.mutate(one, operation, operand, conflict);
      }
      case 2 -> {
        written.clear(range, conflict);
        model.change(range, key -> key.clear(conflict));
      }
      case 3 -> {
        written.addConflict(range);
        model.change(range, key -> key.conflict = true);
      }
      default -> {
        written.makeUnreadable(range);
        model.change(range, KeyModel::makeUnreadable);
      }
    }
  }

  private byte[] anyKey() {
    byte[] letter = {(byte) ('a' + random.nextInt(LETTERS))};
    return random.nextInt(4) == 0 ? Keys.after(letter) : letter;
  }

  /** What was done to one key. */
  private static final class KeyModel {
    private final List<OperationStack.Entry> operations = new ArrayList<>();
    private boolean cleared;
    private boolean conflict;
    private boolean unreadable;

    void clear(boolean addConflict) {
      operations.clear();
      cleared = true;
      conflict |= addConflict;
      unreadable = false;
    }

    void makeUnreadable() {
      operations.clear();
      cleared = false;
      conflict = false;
      unreadable = true;
    }

    byte @Nullable [] value(byte @Nullable [] before) {
      byte[] value = cleared ? null : before;
      for (OperationStack.Entry next : operations) {
        value = next.operation().apply(value, next.operand());
      }
      return value;
    }
  }

  private interface Change {
    void of(KeyModel key);
  }

  /** All keys that are ever written, and those right behind them. */
  private static final class Model {
    private final List<byte[]> keys = new ArrayList<>();
    private final List<KeyModel> states = new ArrayList<>();

    Model() {
      for (char letter = 'a'; letter < 'a' + LETTERS; letter++) {
        byte[] key = {(byte) letter};
        for (byte[] next : List.of(key, Keys.after(key), Keys.after(Keys.after(key)))) {
          keys.add(next);
          states.add(new KeyModel());
        }
      }
    }

    void mutate(byte[] key, Operation operation, byte[] operand, boolean addConflict) {
      change(
          KeyRange.of(key),
          state -> {
            state.operations.add(new OperationStack.Entry(operation, operand));
            state.conflict |= addConflict;
            state.unreadable |= operation == Operation.SET_VERSIONSTAMPED_VALUE;
          });
    }

    void change(KeyRange range, Change change) {
      for (int i = 0; i < keys.size(); i++) {
        if (!Keys.less(keys.get(i), range.begin()) && Keys.less(keys.get(i), range.end())) {
          change.of(states.get(i));
        }
      }
    }

    void check(WriteMap written, CharSequence history) {
      for (int i = 0; i < keys.size(); i++) {
        byte[] key = keys.get(i);
        KeyModel state = states.get(i);
        WriteCursor at = written.cursor(key);
        String where = history + "\nat " + ByteArrayUtil.printable(key);
        assertEquals(state.conflict, at.isConflict(), where);
        assertEquals(state.unreadable, at.isUnreadable(), where);
        assertEquals(!state.operations.isEmpty(), at.isOperation(), where);
        assertEquals(state.operations.isEmpty() && state.cleared, at.isCleared(), where);
        for (byte[] before : new byte[][] {null, {}, {1}, {7, 2}, {-1, -1, -1}}) {
          assertEquals(
              ByteArrayUtil.printable(state.value(before)),
              ByteArrayUtil.printable(value(at, before)),
              where);
        }
      }
    }

    private static byte @Nullable [] value(WriteCursor at, byte @Nullable [] before) {
      if (at.isOperation()) {
        return at.entry().stack().resolve(before);
      }
      return at.isCleared() ? null : before;
    }
  }

  /**
   * The parts of the key space from the first one on in which something holds.
   *
   * @param parts each with its first key and what holds there
   */
  private void assertParts(String... parts) {
    List<String> found = new ArrayList<>();
    WriteCursor at = map.cursor(Keys.BEGIN);
    assertTrue(at.isUnmodified());
    assertFalse(at.isConflict());
    at.next();
    while (Keys.less(at.beginKey(), Keys.END)) {
      found.add(
          ByteArrayUtil.printable(at.beginKey())
              + (at.isOperation() ? " written" : "")
              + (at.isCleared() ? " cleared" : "")
              + (at.isConflict() ? " conflict" : "")
              + (at.isUnreadable() ? " unreadable" : ""));
      at.next();
    }
    assertEquals(List.of(parts), found);
  }

  private static KeyRange range(String begin, String end) {
    return new KeyRange(key(begin), key(end));
  }

  private static byte[] key(String text) {
    return text.getBytes(US_ASCII);
  }

  private static String text(KeyRange range) {
    return ByteArrayUtil.printable(range.begin()) + ".." + ByteArrayUtil.printable(range.end());
  }
}
