package io.github.grpconce.embedded.internal.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;

/**
 * The state that tests keep in a log: the versions that were committed, each with a content that is
 * derived from its version, so that no version can pass for another. Thread-safe.
 */
final class Ledger implements CommitLog.RecoveredState {

  private final List<Long> versions = new ArrayList<>();

  @Override
  public void entry(byte[] key, byte[] value) {
    commit(ByteBuffer.wrap(key).getLong(), value);
  }

  @Override
  public synchronized void commit(long version, byte[] commit) {
    if (!ByteBuffer.wrap(commit).equals(ByteBuffer.wrap(content(version)))) {
      throw new AssertionError("the content of version " + version + " is not what was stored");
    }
    add(version);
  }

  /** Called once the version is acknowledged. */
  synchronized void add(long version) {
    if (version <= newest()) {
      throw new AssertionError("version " + version + " came after version " + newest());
    }
    versions.add(version);
  }

  synchronized List<Long> versions() {
    return List.copyOf(versions);
  }

  synchronized long newest() {
    return versions.isEmpty() ? 0 : versions.get(versions.size() - 1);
  }

  CommitLog.Snapshot snapshot() {
    return new LedgerSnapshot(versions());
  }

  /** From 0 to some 3,000 bytes, most of them few. */
  static byte[] content(long version) {
    Random random = new Random(version);
    byte[] content = new byte[random.nextInt(1 + (3_000 >> random.nextInt(12)))];
    random.nextBytes(content);
    return content;
  }

  private record LedgerSnapshot(List<Long> versions) implements CommitLog.Snapshot {

    @Override
    public long version() {
      return versions.isEmpty() ? 0 : versions.get(versions.size() - 1);
    }

    @Override
    public void forEach(BiConsumer<byte[], byte[]> entry) {
      for (long version : versions) {
        entry.accept(ByteBuffer.allocate(Long.BYTES).putLong(version).array(), content(version));
      }
    }
  }
}
