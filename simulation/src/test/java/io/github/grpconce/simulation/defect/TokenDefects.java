package io.github.grpconce.simulation.defect;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import io.github.grpconce.testing.internal.link.StoreTrouble;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Has an execution go on although another has taken over: each server takes the claim that it wrote
 * last for the one in the store, whatever token that has by now.
 */
final class TokenDefects {

  private TokenDefects() {}

  /** Remembers the claims that each process has written. */
  private abstract static class Claiming extends Meddling {
    private final IdentityHashMap<Database, Map<ByteString, byte[]>> claims =
        new IdentityHashMap<>();

    /** A transaction of an execution that may have been taken over. */
    abstract class Zombie extends MeddledTransaction {

      private final Map<ByteString, byte[]> ownClaims;

      Zombie(Transaction real) {
        super(real);
        ownClaims = claims.computeIfAbsent(real.getDatabase(), process -> new HashMap<>());
      }

      @Override
      void set(byte[] key, byte[] value) {
        if (isRecord(key) && parse(value).hasExecution()) {
          ownClaims.put(ByteString.copyFrom(key), value);
        }
        super.set(key, value);
      }

      @Override
      final CompletableFuture<byte[]> get(byte[] key) {
        byte[] record = recordOf(key);
        byte[] claim = ownClaims.get(ByteString.copyFrom(record));
        if (claim == null) {
          return super.get(key);
        }
        return isStep(key) ? step(key, record, claim) : get(key, claim);
      }

      abstract CompletableFuture<byte[]> get(byte[] key, byte[] claim);

      abstract CompletableFuture<byte[]> step(byte[] key, byte[] record, byte[] claim);

      final CompletableFuture<byte[]> reallyGet(byte[] key) {
        return real().get(key);
      }

      static boolean isTakenOver(byte[] claim, byte[] value) {
        return value != null && token(value) > token(claim);
      }

      private static long token(byte[] value) {
        return parse(value).getExecution().getToken();
      }
    }
  }

  static final class Unchecked extends Claiming {
    @Override
    MeddledTransaction meddle(Transaction begun) {
      return new Zombie(begun) {
        @Override
        CompletableFuture<byte[]> get(byte[] key, byte[] claim) {
          return reallyGet(key).thenApply(value -> isTakenOver(claim, value) ? claim : value);
        }

        /** It sees none of the steps that were done since. */
        @Override
        CompletableFuture<byte[]> step(byte[] key, byte[] record, byte[] claim) {
          return reallyGet(record)
              .thenCombine(reallyGet(key), (now, step) -> isTakenOver(claim, now) ? null : step);
        }

        @Override
        MeddledTransaction again(Transaction next, Throwable error) {
          return meddle(next);
        }
      };
    }
  }

  /** Steps are checked: what goes on is only the commit of an outcome. */
  static final class UncheckedByOutcome extends Claiming {
    @Override
    MeddledTransaction meddle(Transaction begun) {
      return new Ending(begun);
    }

    private final class Ending extends Zombie {
      private boolean takenOver;
      private boolean ends;

      Ending(Transaction real) {
        super(real);
      }

      @Override
      CompletableFuture<byte[]> get(byte[] key, byte[] claim) {
        return reallyGet(key)
            .thenApply(
                value -> {
                  takenOver = isTakenOver(claim, value);
                  return takenOver ? claim : value;
                });
      }

      @Override
      CompletableFuture<byte[]> step(byte[] key, byte[] record, byte[] claim) {
        return reallyGet(key);
      }

      @Override
      void set(byte[] key, byte[] value) {
        ends = ends || (isRecord(key) && parse(value).hasOutcome());
        super.set(key, value);
      }

      @Override
      CompletableFuture<Void> commit() {
        return takenOver && !ends
            ? CompletableFuture.failedFuture(new StoreTrouble(StoreTrouble.NOT_COMMITTED))
            : super.commit();
      }

      @Override
      MeddledTransaction again(Transaction next, Throwable error) {
        return takenOver ? new MeddledTransaction(next) : new Ending(next);
      }
    }
  }
}
