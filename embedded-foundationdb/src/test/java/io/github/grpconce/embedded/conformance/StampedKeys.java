package io.github.grpconce.embedded.conformance;

import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import com.apple.foundationdb.tuple.Versionstamp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The README's way to pack a tuple with a versionstamp that the commit fills in, on any store. */
public final class StampedKeys {
  private StampedKeys() {}

  public static byte[] pack(Subspace subspace, int userVersion) {
    byte[] head = subspace.pack(Tuple.from("entry"));
    byte[] tail = Tuple.from(Versionstamp.complete(new byte[10], userVersion), "tail").pack();
    return ByteBuffer.allocate(head.length + tail.length + 4)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(head)
        .put(tail)
        .putInt(head.length + 1) // 1: the versionstamp's type code
        .array();
  }
}
