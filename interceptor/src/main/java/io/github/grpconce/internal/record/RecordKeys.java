package io.github.grpconce.internal.record;

import com.apple.foundationdb.Range;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.fingerprint.PartsDigest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;

/**
 * Where everything is, below one subspace. Key shapes and bucket widths belong to the format: a
 * changed width would make records invisible, that is, run things twice.
 */
public final class RecordKeys {

  /** Buckets of time-bearing IDs: 2²⁰ ms, some 17.5 minutes. */
  public static final int TIME_BUCKET_SHIFT = 20;

  /** Buckets of opaque records' ages: 2³⁰ versions, some 18 minutes. */
  static final int VERSION_BUCKET_SHIFT = 30;

  private static final byte TIME_BEARING = 't';
  private static final byte OPAQUE = 'o';
  private static final byte OPAQUE_AGE = 'x';
  private static final byte HORIZON = 'h';
  private static final byte EXECUTION = 'p';
  private static final byte LEASE = 'l';
  private static final byte FORMAT = 'f';
  private static final byte SWEPT = 's';

  /** All kinds of keys, in their order. */
  private static final byte[] KINDS = {
    FORMAT, HORIZON, LEASE, OPAQUE, EXECUTION, SWEPT, TIME_BEARING, OPAQUE_AGE
  };

  /** Below a record's own key; its parts begin with a byte that is far smaller. */
  private static final byte REQUEST = 'q';

  private static final byte STEP = 's';

  private final byte[] prefix;

  /**
   * Knows the keys below a subspace.
   *
   * @throws IllegalArgumentException if it is the whole database
   */
  public RecordKeys(Subspace subspace) {
    this.prefix = subspace.getKey();
    if (prefix.length == 0) {
      throw new IllegalArgumentException(
          "records need a subspace of their own, and this one is the whole database: give one with a"
              + " prefix that nobody else has, such as new Subspace(Tuple.from(\"grpc-once\"))");
    }
  }

  /** The subspace's prefix, in which bytes that can't be printed are escaped. */
  public String name() {
    return ByteArrayUtil.printable(prefix);
  }

  /** Everything below the subspace, whose own key isn't used either. */
  Range all() {
    return Range.startsWith(prefix);
  }

  /** Where none of these keys are: before, between and behind their kinds. */
  List<Range> foreign() {
    List<Range> gaps = new ArrayList<>();
    byte[] begin = prefix;
    for (byte kind : KINDS) {
      byte[] first = below(kind, 0).array();
      gaps.add(new Range(begin, first));
      // The format, the horizon and the last sweep have a key each; of the others there are many.
      begin = isSingle(kind) ? ByteArrayUtil.join(first, new byte[1]) : ByteArrayUtil.strinc(first);
    }
    gaps.add(new Range(begin, all().end));
    return gaps;
  }

  private static boolean isSingle(byte kind) {
    return kind == FORMAT || kind == HORIZON || kind == SWEPT;
  }

  /** Whether a key below the subspace has the shape of one of these. */
  boolean isOwn(byte[] key) {
    int length = key.length - prefix.length - 1;
    return length >= 0
        && switch (key[prefix.length]) {
          case FORMAT, HORIZON, SWEPT -> length == 0;
          case EXECUTION, LEASE -> length == RecordIdentity.HASH_BYTES;
          case OPAQUE -> length >= RecordIdentity.HASH_BYTES;
          case TIME_BEARING -> length >= Integer.BYTES + RecordIdentity.HASH_BYTES;
          case OPAQUE_AGE -> length == 1 + Integer.BYTES + RecordIdentity.HASH_BYTES;
          default -> false;
        };
  }

  /** The hash's first byte leads, so that 256 ranges share the writes of the same moment. */
  public byte[] record(RecordIdentity identity) {
    byte[] hash = identity.hash().toByteArray();
    if (identity.millis().isEmpty()) {
      return opaque(hash);
    }
    return below(TIME_BEARING, hash.length + Integer.BYTES)
        .put(hash[0])
        .putInt((int) (identity.millis().getAsLong() >> TIME_BUCKET_SHIFT))
        .put(hash, 1, hash.length - 1)
        .array();
  }

  public byte[] opaque(byte[] hash) {
    return below(OPAQUE, hash.length).put(hash).array();
  }

  /** Whether a record is one of an opaque ID. */
  public boolean isOpaque(byte[] record) {
    return record[prefix.length] == OPAQUE;
  }

  byte[] opaqueAge(byte[] hash, long version) {
    return below(OPAQUE_AGE, 1 + Integer.BYTES + hash.length)
        .put(hash[0])
        .putInt((int) (version >> VERSION_BUCKET_SHIFT))
        .put(hash)
        .array();
  }

  /** The hash that an entry of the age index ends with. */
  public byte[] hashOfAge(byte[] entry) {
    return hashAt(prefix.length + 1 + 1 + Integer.BYTES, entry);
  }

  /** The hash of the execution that a lease is of. */
  byte[] hashOfLease(byte[] entry) {
    return hashAt(prefix.length + 1, entry);
  }

  /** The hash of an execution in progress, whose record must be its own. */
  public byte[] hashOfExecution(byte[] entry, byte[] record) {
    byte[] hash = hashAt(prefix.length + 1, entry);
    if (!Arrays.equals(record, opaque(hash)) && !isTimeBearing(record, hash)) {
      throw new UnreadableRecordException("an execution in progress doesn't name its record");
    }
    return hash;
  }

  private static byte[] hashAt(int position, byte[] entry) {
    if (entry.length != position + RecordIdentity.HASH_BYTES) {
      throw new UnreadableRecordException("an index of this subspace has an entry that isn't ours");
    }
    return Arrays.copyOfRange(entry, position, entry.length);
  }

  private boolean isTimeBearing(byte[] record, byte[] hash) {
    int bucket = prefix.length + 2;
    if (record.length != bucket + Integer.BYTES + hash.length - 1) {
      return false;
    }
    byte[] expected =
        below(TIME_BEARING, hash.length + Integer.BYTES)
            .put(hash[0])
            .put(record, bucket, Integer.BYTES)
            .put(hash, 1, hash.length - 1)
            .array();
    return Arrays.equals(record, expected);
  }

  /** Where an execution in progress is listed; the value is the key of its record. */
  public byte[] execution(byte[] hash) {
    return below(EXECUTION, hash.length).put(hash).array();
  }

  /** All executions in progress. */
  public Range executions() {
    return Range.startsWith(below(EXECUTION, 0).array());
  }

  /** Where the lease of an execution in progress is. */
  public byte[] lease(byte[] hash) {
    return below(LEASE, hash.length).put(hash).array();
  }

  /** All leases. */
  Range leases() {
    return Range.startsWith(below(LEASE, 0).array());
  }

  /** The executions in progress whose hash begins with this byte. */
  public Range executions(int leadingByte) {
    return Range.startsWith(below(EXECUTION, 1).put((byte) leadingByte).array());
  }

  /** The time-bearing IDs' records whose hash begins with this byte, in all buckets before one. */
  public Range timeBearingBefore(int leadingByte, int bucket) {
    return before(TIME_BEARING, leadingByte, bucket);
  }

  /** The age index's entries whose hash begins with this byte, in all buckets before one. */
  public Range opaqueAgesBefore(int leadingByte, int bucket) {
    return before(OPAQUE_AGE, leadingByte, bucket);
  }

  private Range before(byte kind, int leadingByte, int bucket) {
    byte[] begin = below(kind, 1).put((byte) leadingByte).array();
    return new Range(begin, ByteArrayUtil.join(begin, bytes(bucket)));
  }

  /** What is left of a range without some records and their parts. */
  public static List<Range> without(Range range, SortedSet<byte[]> records) {
    List<Range> rest = new ArrayList<>();
    byte[] begin = range.begin;
    for (byte[] record : records.subSet(range.begin, range.end)) {
      rest.add(new Range(begin, record));
      begin = ByteArrayUtil.strinc(record);
    }
    rest.add(new Range(begin, range.end));
    return rest;
  }

  private static byte[] bytes(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  public byte[] horizon() {
    return below(HORIZON, 0).array();
  }

  /** Where a sweeper says that it has been there. */
  public byte[] swept() {
    return below(SWEPT, 0).array();
  }

  public byte[] format() {
    return below(FORMAT, 0).array();
  }

  /** A record's own key and those of its parts, whose numbers are far below 256. */
  public static Range ownAndParts(byte[] record) {
    return new Range(record, ByteArrayUtil.join(record, new byte[] {1}));
  }

  /** The age index's entries whose hash begins with this byte. */
  public Range opaqueAges(int leadingByte) {
    return Range.startsWith(below(OPAQUE_AGE, 1).put((byte) leadingByte).array());
  }

  /** Where the request is of an operation that is being executed. */
  static byte[] request(byte[] record) {
    return ByteArrayUtil.join(record, new byte[] {REQUEST});
  }

  /** Where a step is that an operation that is being executed has done. */
  static byte[] step(byte[] record, String label) {
    byte[] hash = new PartsDigest().add(label).first(RecordIdentity.HASH_BYTES).toByteArray();
    return ByteArrayUtil.join(record, new byte[] {STEP}, hash);
  }

  /** The key of a part of what is too large for one value. */
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
