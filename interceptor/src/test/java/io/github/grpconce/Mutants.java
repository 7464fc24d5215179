package io.github.grpconce;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Bytes that are nearly valid: so near that they get deep into whoever reads them, where random
 * ones would be refused at the door.
 */
public final class Mutants {

  private static final int MOST_EDITS = 4;

  /** Numbers that lengths, counts and field numbers go wrong with. */
  private static final int[] NUMBERS = {
    0, 1, -1, 127, 128, 255, 256, 65_535, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  private enum Kind {
    FLIP,
    INSERT,
    CUT,
    REPEAT,
    END,
    NUMBER,
    VARINT
  }

  private record Edit(Kind kind, int at, int value) {

    byte[] in(byte[] bytes) {
      int position = at % (bytes.length + 1);
      byte[] before = Arrays.copyOf(bytes, position);
      byte[] after = Arrays.copyOfRange(bytes, position, bytes.length);
      int some = Math.min(after.length, 1 + value % 16);
      return switch (kind) {
        case FLIP -> flipped(bytes, position);
        case INSERT -> joined(before, new byte[] {(byte) value}, after);
        case CUT -> joined(before, Arrays.copyOfRange(after, some, after.length));
        case REPEAT -> joined(before, Arrays.copyOf(after, some), after);
        case END -> before;
        case NUMBER -> {
          byte[] rest = Arrays.copyOfRange(after, Math.min(after.length, 4), after.length);
          yield joined(before, ByteBuffer.allocate(4).putInt(number()).array(), rest);
        }
        case VARINT -> joined(before, varint(number()), after);
      };
    }

    private int number() {
      return NUMBERS[value % NUMBERS.length];
    }

    private byte[] flipped(byte[] bytes, int position) {
      byte[] flipped = bytes.clone();
      if (position < bytes.length) {
        flipped[position] ^= (byte) (1 << value % Byte.SIZE);
      }
      return flipped;
    }
  }

  private Mutants() {}

  /** Valid bytes with one or a few edits, or none at all. */
  public static Arbitrary<byte[]> of(List<byte[]> valid) {
    Arbitrary<Edit> edits =
        Combinators.combine(
                Arbitraries.of(Kind.class),
                Arbitraries.integers().between(0, Integer.MAX_VALUE - 1),
                Arbitraries.integers().between(0, 255))
            .as(Edit::new);
    return Combinators.combine(Arbitraries.of(valid), edits.list().ofMaxSize(MOST_EDITS))
        .as(Mutants::edited);
  }

  private static byte[] edited(byte[] valid, List<Edit> edits) {
    byte[] bytes = valid;
    for (Edit edit : edits) {
      bytes = edit.in(bytes);
    }
    return bytes;
  }

  /** As they are to be written into a test, when they have found something. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] varint(int number) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int rest = number;
    while ((rest & ~0x7F) != 0) {
      bytes.write(rest | 0x80);
      rest >>>= 7;
    }
    bytes.write(rest);
    return bytes.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }
}
