package io.github.grpconce.embedded.internal.log;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Stored bytes of which a few were changed, lost or added. */
public final class Damaged {

  private static final int MOST_DAMAGES = 3;

  /** Numbers that lengths go wrong with. */
  private static final int[] NUMBERS = {0, -1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30};

  private enum Kind {
    FLIPPED,
    LOST,
    ADDED,
    CUT_OFF,
    NUMBER
  }

  private record Damage(Kind kind, int at, int value) {

    byte[] to(byte[] bytes) {
      int position = at % (bytes.length + 1);
      int behind = Math.min(bytes.length, position + 1 + value % 40);
      return switch (kind) {
        case FLIPPED -> written(bytes, position, new byte[] {(byte) value});
        case LOST -> replaced(bytes, position, behind, new byte[0]);
        case ADDED -> replaced(bytes, position, position, new byte[1 + value % 40]);
        case CUT_OFF -> Arrays.copyOf(bytes, position);
        case NUMBER ->
            written(
                bytes,
                position,
                ByteBuffer.allocate(4).putInt(NUMBERS[value % NUMBERS.length]).array());
      };
    }

    private static byte[] written(byte[] bytes, int from, byte[] content) {
      return replaced(bytes, from, Math.min(bytes.length, from + content.length), content);
    }

    private static byte[] replaced(byte[] bytes, int from, int to, byte[] content) {
      return ByteBuffer.allocate(from + content.length + bytes.length - to)
          .put(bytes, 0, from)
          .put(content)
          .put(bytes, to, bytes.length - to)
          .array();
    }
  }

  private Damaged() {}

  /** These bytes with a few damages, or with none. */
  public static Arbitrary<byte[]> of(byte[] stored) {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, Integer.MAX_VALUE - 1),
            Arbitraries.integers().between(0, 255))
        .as(Damage::new)
        .list()
        .ofMaxSize(MOST_DAMAGES)
        .map(damages -> damaged(stored, damages));
  }

  private static byte[] damaged(byte[] stored, List<Damage> damages) {
    byte[] bytes = stored;
    for (Damage damage : damages) {
      bytes = damage.to(bytes);
    }
    return bytes;
  }
}
