package io.github.grpconce.testing.internal.process;

import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import com.apple.foundationdb.tuple.Tuple;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.TextFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Keys, values and messages as people can read them. */
public final class Printed {

  public static final String GUARDS_RECORDS = "the guard's records";

  private static final int LONGEST = 200;

  /** Above, eight bytes are rather something else than a number. */
  private static final long LARGEST_NUMBER = 1L << 48;

  private Printed() {}

  /** Returns what an operation of the store is about. */
  public static String subject(Object subject) {
    if (subject instanceof byte[] key) {
      return key(key);
    }
    if (subject instanceof KeySelector selector) {
      return key(selector.getKey());
    }
    return subject instanceof Range range ? key(range.begin) : String.valueOf(subject);
  }

  /** Returns a key: as a tuple, if it is one. */
  public static String key(byte[] key) {
    if (GuardsRecords.hold(key)) {
      return GUARDS_RECORDS;
    }
    try {
      Tuple tuple = Tuple.fromBytes(key);
      return Arrays.equals(tuple.pack(), key) ? tuple.toString() : ByteArrayUtil.printable(key);
    } catch (IllegalArgumentException | IndexOutOfBoundsException notATuple) {
      return ByteArrayUtil.printable(key);
    }
  }

  /** Returns a value of the store: it may be a number, in the form in which it can be added to. */
  public static String stored(byte[] value) {
    String bytes = ByteArrayUtil.printable(value);
    if (value.length != Long.BYTES) {
      return bytes;
    }
    long number = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return number > LARGEST_NUMBER || number < -LARGEST_NUMBER
        ? bytes
        : bytes + " (" + number + ")";
  }

  public static String value(@Nullable Object value) {
    String text =
        value instanceof MessageOrBuilder message
            ? "{" + onOneLine(TextFormat.printer().printToString(message)) + "}"
            : String.valueOf(value);
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  /** Within a string of a message a line break is escaped: what is one here separates fields. */
  private static String onOneLine(String text) {
    return text.strip().replaceAll("\\s*\n\\s*", " ");
  }
}
