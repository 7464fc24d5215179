package io.github.grpconce.embedded.internal.nativeapi;

import io.github.grpconce.embedded.internal.key.EmbeddedException;
import io.github.grpconce.embedded.internal.key.FdbError;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The values that options come with: refused with 2006 unless they are of the option's kind. */
final class OptionValues {
  private OptionValues() {}

  /** Of an option that is only switched on: nothing. */
  static void requireNone(byte @Nullable [] value) {
    require(value == null || value.length == 0);
  }

  /** Integers arrive as eight bytes, little endian. */
  static int number(byte @Nullable [] value, int least, int most) {
    if (value == null || value.length != Long.BYTES) {
      throw invalid();
    }
    long number = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
    require(number >= least && number <= most);
    return (int) number;
  }

  /** A length of fields in the client's log, which this engine does not have; -1 for no limit. */
  static void requireFieldLength(byte @Nullable [] value) {
    require(number(value, -1, Integer.MAX_VALUE) != 0);
  }

  static byte[] bytes(byte @Nullable [] value) {
    if (value == null) {
      throw invalid();
    }
    return value;
  }

  static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }

  static String text(byte @Nullable [] value, int leastBytes, int mostBytes) {
    byte[] present = bytes(value);
    require(present.length >= leastBytes && present.length <= mostBytes);
    return text(present);
  }

  static void require(boolean valid) {
    if (!valid) {
      throw invalid();
    }
  }

  private static EmbeddedException invalid() {
    return FdbError.INVALID_OPTION_VALUE.exception();
  }
}
