package io.github.grpconce.embedded.rules;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import io.github.grpconce.embedded.rules.CallErrors.Call;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Calls at and around the borders of what is allowed, each with its error. */
final class Calls {
  private static final byte[] KEY = {'k'};
  private static final byte[] USER_END = {(byte) 0xff};
  private static final int MOST_KEY_BYTES = 10_000;
  private static final int MOST_VALUE_BYTES = 100_000;
  private static final int STAMP_BYTES = 10;
  private static final int TOO_OLD = 1007;
  private static final int FUTURE_VERSION = 1009;
  private static final int UNREADABLE = 1036;
  private static final int INVALID_OPERATION = 2000;
  private static final int OUTSIDE_LEGAL_RANGE = 2004;
  private static final int INVERTED_RANGE = 2005;
  private static final int VERSION_ALREADY_SET = 2010;
  private static final int VERSION_INVALID = 2011;
  private static final int LIMITS_INVALID = 2012;
  private static final int USED_DURING_COMMIT = 2017;
  private static final int TOO_LARGE = 2101;
  private static final int KEY_TOO_LARGE = 2102;
  private static final int VALUE_TOO_LARGE = 2103;
  private static final int EXACT_WITHOUT_LIMIT = 2210;

  private Calls() {}

  static Call set(SplittableRandom random) {
    byte[] key = anyKey(random);
    byte[] value = new byte[around(MOST_VALUE_BYTES, random)];
    return new Call(
        "set " + text(key) + " to " + value.length + " bytes",
        writeError(key, value),
        (tr, time) -> tr.set(key, value));
  }

  static Call atomic(SplittableRandom random) {
    byte[] key = anyKey(random);
    byte[] operand = new byte[around(MOST_VALUE_BYTES, random)];
    return new Call(
        "add " + operand.length + " bytes to " + text(key),
        writeError(key, operand),
        (tr, time) -> tr.mutate(MutationType.ADD, key, operand));
  }

  private static int writeError(byte[] key, byte[] value) {
    if (!isBelow(key, USER_END)) {
      return OUTSIDE_LEGAL_RANGE;
    }
    if (key.length > MOST_KEY_BYTES) {
      return KEY_TOO_LARGE;
    }
    return value.length > MOST_VALUE_BYTES ? VALUE_TOO_LARGE : CallErrors.NONE;
  }

  /** A key that is too long is just not there. */
  static Call get(SplittableRandom random) {
    byte[] key = anyKey(random);
    return new Call(
        "get " + text(key),
        isBelow(key, USER_END) ? CallErrors.NONE : OUTSIDE_LEGAL_RANGE,
        (tr, time) -> time.join(tr.get(key)));
  }

  static Call clear(SplittableRandom random) {
    byte[] key = anyKey(random);
    return new Call(
        "clear " + text(key),
        isBelow(key, USER_END) ? CallErrors.NONE : OUTSIDE_LEGAL_RANGE,
        (tr, time) -> tr.clear(key));
  }

  static Call clearRange(SplittableRandom random) {
    byte[] begin = anyKey(random);
    byte[] end = anyKey(random);
    return new Call(
        "clear " + text(begin) + " to " + text(end),
        rangeError(begin, end),
        (tr, time) -> tr.clear(begin, end));
  }

  static Call addConflictRange(SplittableRandom random) {
    byte[] begin = anyKey(random);
    byte[] end = anyKey(random);
    boolean write = random.nextBoolean();
    return new Call(
        "add conflict range " + text(begin) + " to " + text(end),
        rangeError(begin, end),
        (tr, time) -> {
          if (write) {
            tr.addWriteConflictRange(begin, end);
          } else {
            tr.addReadConflictRange(begin, end);
          }
        });
  }

  /** A range may end where the user's keys do. */
  private static int rangeError(byte[] begin, byte[] end) {
    if (isBelow(end, begin)) {
      return INVERTED_RANGE;
    }
    return isBelow(USER_END, end) ? OUTSIDE_LEGAL_RANGE : CallErrors.NONE;
  }

  static Call getKey(SplittableRandom random) {
    byte[] key = anyKey(random);
    int offset = random.nextInt(7) - 3;
    boolean orEqual = random.nextBoolean();
    return new Call(
        "get key from " + text(key),
        isBelow(USER_END, key) ? OUTSIDE_LEGAL_RANGE : CallErrors.NONE,
        (tr, time) -> time.join(tr.getKey(new KeySelector(key, orEqual, offset))));
  }

  static Call getRange(SplittableRandom random) {
    byte[] begin = anyKey(random);
    byte[] end = anyKey(random);
    int limit = random.nextInt(4) == 0 ? -2 - random.nextInt(10) : random.nextInt(3);
    StreamingMode mode = random.nextBoolean() ? StreamingMode.EXACT : StreamingMode.WANT_ALL;
    return new Call(
        "get " + limit + " of " + text(begin) + " to " + text(end) + ", " + mode,
        readRangeError(begin, end, limit, mode),
        (tr, time) ->
            time.join(tr.getRange(begin, end, limit, random.nextBoolean(), mode).asList()));
  }

  private static int readRangeError(byte[] begin, byte[] end, int limit, StreamingMode mode) {
    if (mode == StreamingMode.EXACT && limit == 0) {
      return EXACT_WITHOUT_LIMIT;
    }
    if (isBelow(USER_END, begin) || isBelow(USER_END, end)) {
      return OUTSIDE_LEGAL_RANGE;
    }
    return limit < 0 ? LIMITS_INVALID : CallErrors.NONE;
  }

  /** What the key will be is not known, so nothing that it could be can be read. */
  static Call versionstampedKey(SplittableRandom random) {
    int bytes = STAMP_BYTES + random.nextInt(5);
    int offset = random.nextInt(20) - 5;
    boolean valid = offset >= 0 && offset + STAMP_BYTES <= bytes;
    boolean read = random.nextBoolean();
    byte[] possible = new byte[bytes];
    Arrays.fill(possible, Math.min(bytes, Math.max(0, offset)), bytes, (byte) 1);
    return new Call(
        "stamp a key of " + bytes + " at " + offset + (read ? ", and read it" : ""),
        valid ? (read ? UNREADABLE : CallErrors.NONE) : INVALID_OPERATION,
        (tr, time) -> {
          tr.mutate(MutationType.SET_VERSIONSTAMPED_KEY, withOffset(bytes, offset), new byte[0]);
          if (read) {
            time.join(tr.get(possible));
          }
        });
  }

  static Call versionstampedValue(SplittableRandom random) {
    int bytes = STAMP_BYTES + random.nextInt(5);
    int offset = random.nextInt(20) - 5;
    boolean valid = offset >= 0 && offset + STAMP_BYTES <= bytes;
    boolean read = random.nextBoolean();
    return new Call(
        "stamp a value of " + bytes + " at " + offset + (read ? ", and read it" : ""),
        valid ? (read ? UNREADABLE : CallErrors.NONE) : INVALID_OPERATION,
        (tr, time) -> {
          tr.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, KEY, withOffset(bytes, offset));
          if (read) {
            time.join(tr.get(KEY));
          }
        });
  }

  private static byte[] withOffset(int bytes, int offset) {
    return ByteBuffer.allocate(bytes + Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes, offset)
        .array();
  }

  static Call oldRead(SplittableRandom random) {
    Duration age = anyAge(random);
    return new Call(
        "read at " + age,
        isTooOld(age) ? TOO_OLD : CallErrors.NONE,
        (tr, time) -> {
          time.join(tr.getReadVersion());
          time.advance(age);
          time.join(tr.get(KEY));
        });
  }

  static Call oldCommit(SplittableRandom random) {
    Duration age = anyAge(random);
    return new Call(
        "read, and write at " + age,
        isTooOld(age) ? TOO_OLD : CallErrors.NONE,
        (tr, time) -> {
          time.join(tr.get(KEY));
          tr.set(KEY, KEY);
          time.advance(age);
        });
  }

  private static Duration anyAge(SplittableRandom random) {
    return Duration.ofMillis(random.nextInt(10_000));
  }

  private static boolean isTooOld(Duration age) {
    return age.compareTo(Duration.ofSeconds(5)) > 0;
  }

  static Call readVersion(SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> {
        long version = -random.nextInt(3);
        yield new Call(
            "read at version " + version,
            VERSION_INVALID,
            (tr, time) -> {
              tr.setReadVersion(version);
              time.join(tr.get(KEY));
            });
      }
      case 1 ->
          new Call(
              "set two read versions",
              VERSION_ALREADY_SET,
              (tr, time) -> {
                time.join(tr.getReadVersion());
                tr.setReadVersion(1);
                time.join(tr.get(KEY));
              });
      default ->
          new Call(
              "read at a version to come",
              FUTURE_VERSION,
              (tr, time) -> {
                tr.setReadVersion(1_000_000_000_000L);
                time.join(tr.get(KEY));
              });
    };
  }

  /** A blind set counts its key three times, its value once, and 68 bytes more. */
  static Call sizeLimit(SplittableRandom random) {
    int limit = 32 + random.nextInt(1_000);
    int valueBytes = random.nextInt(1_000);
    int size = 44 + KEY.length + valueBytes + 24 + KEY.length + KEY.length + 1;
    return new Call(
        "set " + valueBytes + " bytes with a limit of " + limit,
        size > limit ? TOO_LARGE : CallErrors.NONE,
        (tr, time) -> {
          tr.options().setSizeLimit(limit);
          tr.set(KEY, new byte[valueBytes]);
        });
  }

  static Call afterCommit(SplittableRandom random) {
    boolean write = random.nextBoolean();
    return new Call(
        write ? "write and commit again" : "commit again",
        USED_DURING_COMMIT,
        (tr, time) -> {
          tr.set(KEY, KEY);
          time.join(tr.commit());
          if (write) {
            tr.set(KEY, KEY);
          }
        });
  }

  static Call watch(SplittableRandom random) {
    byte[] key = anyKey(random);
    int error = writeError(key, KEY);
    return new Call(
        "watch " + text(key),
        error,
        (tr, time) -> {
          CompletableFuture<Void> watch = tr.watch(key);
          time.runReady();
          if (watch.isDone()) {
            watch.join();
          }
        });
  }

  /** Short or as long as can be, one of the user's or just behind them. */
  private static byte[] anyKey(SplittableRandom random) {
    byte[] key = new byte[random.nextBoolean() ? 1 + random.nextInt(3) : keyLength(random)];
    key[0] = (byte) (random.nextInt(4) == 0 ? 0xff : 'a' + random.nextInt(26));
    return key;
  }

  private static int keyLength(SplittableRandom random) {
    return around(MOST_KEY_BYTES, random);
  }

  private static int around(int border, SplittableRandom random) {
    return border - 2 + random.nextInt(5);
  }

  private static boolean isBelow(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b) < 0;
  }

  private static String text(byte[] key) {
    return key.length > 10
        ? ByteArrayUtil.printable(Arrays.copyOf(key, 1)) + " and " + (key.length - 1) + " bytes"
        : ByteArrayUtil.printable(key);
  }
}
