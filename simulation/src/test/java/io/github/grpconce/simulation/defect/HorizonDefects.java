package io.github.grpconce.simulation.defect;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Range;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.ByteArrayUtil;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Mistakes with the instant before which request IDs are refused. */
final class HorizonDefects {

  /** More transactions than a sweeper has in a round. */
  private static final int A_ROUND = 300;

  private HorizonDefects() {}

  private static byte[] horizonKey(Subspace records) {
    return ByteArrayUtil.join(records.getKey(), new byte[] {'h'});
  }

  /** Each server relies on what it read first. */
  static final class CachedForEver extends Defect {
    @Override
    public Database store(Database store, Subspace records) {
      Cache cache = new Cache(horizonKey(records));
      return MeddledTransaction.database(store, begun -> new Cached(begun, cache).proxy());
    }
  }

  private static final class Cache {
    private final byte[] horizonKey;
    private CompletableFuture<byte[]> horizon;

    Cache(byte[] horizonKey) {
      this.horizonKey = horizonKey;
    }
  }

  private static final class Cached extends MeddledTransaction {
    private final Cache cache;

    Cached(Transaction real, Cache cache) {
      super(real);
      this.cache = cache;
    }

    @Override
    CompletableFuture<byte[]> getSnapshot(byte[] key) {
      if (!Arrays.equals(key, cache.horizonKey)) {
        return super.getSnapshot(key);
      }
      if (cache.horizon == null || cache.horizon.isCompletedExceptionally()) {
        cache.horizon = super.getSnapshot(key);
      }
      return cache.horizon;
    }

    @Override
    MeddledTransaction again(Transaction next, Throwable error) {
      return new Cached(next, cache);
    }
  }

  /** Each sweeper keeps a new horizon to itself until its round is over. */
  static final class ToldTooLate extends Defect {
    @Override
    public Database sweepersStore(Database store, Subspace records) {
      Secret secret = new Secret(horizonKey(records));
      return MeddledTransaction.database(store, begun -> new Telling(begun, secret).proxy());
    }
  }

  private static final class Secret {
    private final byte[] horizonKey;
    private byte[] horizon;
    private int transactions;

    Secret(byte[] horizonKey) {
      this.horizonKey = horizonKey;
    }
  }

  private static final class Telling extends MeddledTransaction {
    private final Secret secret;

    Telling(Transaction real, Secret secret) {
      super(real);
      this.secret = secret;
      secret.transactions++;
      if (secret.horizon != null && secret.transactions > A_ROUND) {
        real.set(secret.horizonKey, secret.horizon);
      }
    }

    @Override
    void set(byte[] key, byte[] value) {
      if (Arrays.equals(key, secret.horizonKey)) {
        secret.horizon = value;
        secret.transactions = 0;
      } else {
        super.set(key, value);
      }
    }

    @Override
    CompletableFuture<byte[]> getSnapshot(byte[] key) {
      return secret.horizon != null && Arrays.equals(key, secret.horizonKey)
          ? CompletableFuture.completedFuture(secret.horizon)
          : super.getSnapshot(key);
    }

    @Override
    MeddledTransaction again(Transaction next, Throwable error) {
      return new Telling(next, secret);
    }
  }

  static final class ClearedInPart extends Defect {
    @Override
    public Database sweepersStore(Database store, Subspace records) {
      byte[] opaque = ByteArrayUtil.join(records.getKey(), new byte[] {'o'});
      return MeddledTransaction.database(store, begun -> new InPart(begun, opaque).proxy());
    }
  }

  private static final class InPart extends MeddledTransaction {
    private final byte[] opaque;

    InPart(Transaction real, byte[] opaque) {
      super(real);
      this.opaque = opaque;
    }

    @Override
    void clear(Range range) {
      if (!ByteArrayUtil.startsWith(range.begin, opaque)) {
        super.clear(range);
      }
    }

    @Override
    MeddledTransaction again(Transaction next, Throwable error) {
      return new InPart(next, opaque);
    }
  }
}
