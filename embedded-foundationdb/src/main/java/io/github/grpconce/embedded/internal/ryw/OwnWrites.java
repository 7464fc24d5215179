package io.github.grpconce.embedded.internal.ryw;

import io.github.grpconce.embedded.internal.key.FdbError;
import io.github.grpconce.embedded.internal.key.KeyRange;
import io.github.grpconce.embedded.internal.key.Keys;
import io.github.grpconce.embedded.internal.key.Mutation;
import io.github.grpconce.embedded.internal.key.Operation;
import io.github.grpconce.embedded.internal.key.Versionstamps;
import io.github.grpconce.embedded.internal.nativeapi.NativeTransaction;
import io.github.grpconce.embedded.internal.nativeapi.TransactionSettings;
import java.util.Arrays;

/**
 * What one life of a transaction writes: checked, counted, and kept until a commit or until it has
 * to be handed over. The write half of FoundationDB's {@code ReadYourWritesTransaction}. Not
 * thread-safe.
 */
public final class OwnWrites {
  /** The versionstamp alone is all that the metadata version can be set to. */
  private static final byte[] METADATA_VERSION_OPERAND =
      new byte[Versionstamps.LENGTH + Versionstamps.OFFSET_LENGTH];

  private final NativeTransaction tr;
  private final TransactionSettings settings;
  private final WriteMap map = new WriteMap();
  private final HandOver handOver;
  private final OwnWatches watches = new OwnWatches();
  private long bytes;

  OwnWrites(NativeTransaction tr, TransactionSettings settings) {
    this.tr = tr;
    this.settings = settings;
    this.handOver = new HandOver(map, tr);
  }

  /** What is laid over what was read. */
  WriteMap map() {
    return map;
  }

  /** The watches of the same life, which a write of its own can fire. */
  OwnWatches watches() {
    return watches;
  }

  /** About what the writes would count against the size limit, were they committed now. */
  long bytes() {
    return bytes;
  }

  public void addConflict(KeyRange range) {
    byte[] maxKey = settings.maxWriteKey();
    if (Keys.less(maxKey, range.begin()) || Keys.less(maxKey, range.end())) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
    KeyRange clipped = range.clip();
    if (clipped.isEmpty()) {
      return;
    }
    countConflict(clipped);
    if (settings.readYourWritesDisabled()) {
      tr.addWriteConflict(clipped);
    } else {
      map.addConflict(clipped);
    }
  }

  public void set(byte[] key, byte[] value, boolean conflict) {
    if (Keys.isMetadataVersion(key)) {
      throw FdbError.CLIENT_INVALID_OPERATION.exception();
    }
    checkWritable(key);
    checkSizes(key, value);
    countMutation(key, value, KeyRange.of(key), conflict);
    if (settings.readYourWritesDisabled()) {
      write(new Mutation(Operation.SET, key, value), conflict);
      return;
    }
    map.mutate(key, Operation.SET, value, conflict);
    watches.changed(KeyRange.of(key), value);
  }

  public void atomic(Operation operation, byte[] key, byte[] operand, boolean conflict) {
    if (!Keys.isMetadataVersion(key)) {
      checkWritable(key);
    } else if (operation != Operation.SET_VERSIONSTAMPED_VALUE
        || !Arrays.equals(operand, METADATA_VERSION_OPERAND)) {
      throw FdbError.CLIENT_INVALID_OPERATION.exception();
    }
    checkSizes(key, operand);
    byte[] target = key;
    boolean conflicts = conflict;
    if (operation == Operation.SET_VERSIONSTAMPED_KEY) {
      target = prepareStampedKey(key);
      // The key that comes out of it will conflict; it is not known before the commit.
      conflicts = false;
    }
    if (operation == Operation.SET_VERSIONSTAMPED_VALUE) {
      Versionstamps.check(operand);
    }
    countMutation(target, operand, KeyRange.of(key), conflicts);
    if (settings.readYourWritesDisabled()) {
      write(new Mutation(operation, target, operand), conflicts);
      return;
    }
    map.mutate(target, operation, operand, conflicts);
    watches.changed(KeyRange.of(target));
  }

  private byte[] prepareStampedKey(byte[] key) {
    long minVersion = tr.cachedReadVersion();
    KeyRange possible = Versionstamps.possibleKeys(key, minVersion, settings.maxReadKey());
    if (!settings.readYourWritesDisabled()) {
      handOver.range(possible);
      map.makeUnreadable(possible);
    }
    return Versionstamps.lowest(key, minVersion);
  }

  public void clear(KeyRange range, boolean conflict) {
    byte[] maxKey = settings.maxWriteKey();
    if (Keys.less(maxKey, range.begin()) || Keys.less(maxKey, range.end())) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
    countMutation(range.begin(), range.end(), range, conflict);
    clearLegal(range.clip(), conflict);
  }

  public void clear(byte[] key, boolean conflict) {
    checkWritable(key);
    if (key.length > Keys.readSizeLimit(key)) {
      return;
    }
    KeyRange point = KeyRange.of(key);
    if (!settings.readYourWritesDisabled()) {
      // Less than a mutation, or nothing at all, where FoundationDB counts the clear of one key.
      countConflict(point);
      if (conflict) {
        countConflict(point);
      }
    }
    clearLegal(point, conflict);
  }

  private void clearLegal(KeyRange range, boolean conflict) {
    if (range.isEmpty()) {
      return;
    }
    if (settings.readYourWritesDisabled()) {
      write(Mutation.clear(range.begin(), range.end()), conflict);
      return;
    }
    map.clear(range, conflict);
    watches.changed(range, null);
  }

  private void checkWritable(byte[] key) {
    if (Keys.compare(key, settings.maxWriteKey()) >= 0) {
      throw FdbError.KEY_OUTSIDE_LEGAL_RANGE.exception();
    }
  }

  private static void checkSizes(byte[] key, byte[] value) {
    if (key.length > Keys.writeSizeLimit(key)) {
      throw FdbError.KEY_TOO_LARGE.exception();
    }
    if (value.length > Keys.VALUE_SIZE_LIMIT) {
      throw FdbError.VALUE_TOO_LARGE.exception();
    }
  }

  private void countConflict(KeyRange range) {
    bytes += KeyRange.OVERHEAD_BYTES + range.bytes();
  }

  private void countMutation(byte[] key, byte[] param, KeyRange conflict, boolean conflicts) {
    bytes += Mutation.OVERHEAD_BYTES + key.length + param.length;
    if (conflicts) {
      countConflict(conflict);
    }
  }

  private void write(Mutation mutation, boolean conflict) {
    tr.mutate(mutation);
    if (conflict) {
      boolean range = mutation.operation() == Operation.CLEAR_RANGE;
      tr.addWriteConflict(
          range ? new KeyRange(mutation.key(), mutation.param()) : KeyRange.of(mutation.key()));
    }
  }

  /** Hands everything over that a commit needs. */
  void passOnAll() {
    if (!settings.readYourWritesDisabled()) {
      handOver.range(new KeyRange(Keys.BEGIN, Keys.END));
    }
  }
}
