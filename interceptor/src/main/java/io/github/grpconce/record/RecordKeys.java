package io.github.grpconce.record;

import com.apple.foundationdb.subspace.Subspace;
import java.nio.ByteBuffer;

/**
 * Where everything is, below one subspace. Key shapes and bucket widths belong to the format: a
 * changed width would make records invisible, that is, run things twice.
 */
final class RecordKeys {

  /** Buckets of time-bearing IDs: 2²⁰ ms, some 17.5 minutes. */
  static final int TIME_BUCKET_SHIFT = 20;

  /** Buckets of opaque records' ages: 2³⁰ versions, some 18 minutes. */
  static final int VERSION_BUCKET_SHIFT = 30;

  private static final byte TIME_BEARING = 't';
  private static final byte OPAQUE = 'o';
  private static final byte OPAQUE_AGE = 'x';
  private static final byte HORIZON = 'h';
  private static final byte FORMAT = 'f';

  private final byte[] prefix;

  RecordKeys(Subspace subspace) {
    this.prefix = subspace.getKey();
  }

  /** The hash's first byte leads, so that 256 ranges share the writes of the same moment. */
  byte[] record(RecordIdentity identity) {
    byte[] hash = identity.hash().toByteArray();
    if (identity.millis().isEmpty()) {
      return below(OPAQUE, hash.length).put(hash).array();
    }
    return below(TIME_BEARING, hash.length + Integer.BYTES)
        .put(hash[0])
        .putInt((int) (identity.millis().getAsLong() >> TIME_BUCKET_SHIFT))
        .put(hash, 1, hash.length - 1)
        .array();
  }

  byte[] opaqueAge(RecordIdentity identity, long version) {
    byte[] hash = identity.hash().toByteArray();
    return below(OPAQUE_AGE, 1 + Integer.BYTES + hash.length)
        .put(hash[0])
        .putInt((int) (version >> VERSION_BUCKET_SHIFT))
        .put(hash)
        .array();
  }

  byte[] horizon() {
    return below(HORIZON, 0).array();
  }

  byte[] format() {
    return below(FORMAT, 0).array();
  }

  /** The key of a part of a record's responses. */
  static byte[] part(byte[] record, int number) {
    return ByteBuffer.allocate(record.length + Short.BYTES)
        .put(record)
        .putShort((short) number)
        .array();
  }

  private ByteBuffer below(byte kind, int bytes) {
    return ByteBuffer.allocate(prefix.length + 1 + bytes).put(prefix).put(kind);
  }
}
