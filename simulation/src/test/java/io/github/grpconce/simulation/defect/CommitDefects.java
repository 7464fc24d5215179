package io.github.grpconce.simulation.defect;

import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.testing.internal.link.StoreTrouble;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Mistakes with what is committed together, and when. */
final class CommitDefects {

  private CommitDefects() {}

  static final class SplitRecord extends Meddling {
    @Override
    MeddledTransaction meddle(Transaction begun) {
      return new MeddledTransaction(begun) {
        private final List<Consumer<Transaction>> held = new ArrayList<>();

        @Override
        void set(byte[] key, byte[] value) {
          if (isGuards(key)) {
            held.add(tr -> tr.set(key, value));
          } else {
            super.set(key, value);
          }
        }

        @Override
        CompletableFuture<Void> commit() {
          return super.commit().thenCompose(done -> writeRecord());
        }

        private CompletableFuture<Void> writeRecord() {
          Transaction other = real().getDatabase().createTransaction();
          held.forEach(write -> write.accept(other));
          return other.commit().whenComplete((done, failure) -> other.close());
        }

        @Override
        MeddledTransaction again(Transaction next, Throwable error) {
          return meddle(next);
        }
      };
    }
  }

  static final class NoReread extends Meddling {
    @Override
    MeddledTransaction meddle(Transaction begun) {
      return new Sure(begun, false);
    }

    private final class Sure extends MeddledTransaction {
      private final boolean sure;

      Sure(Transaction real, boolean sure) {
        super(real);
        this.sure = sure;
      }

      @Override
      CompletableFuture<byte[]> get(byte[] key) {
        return sure && isGuards(key) ? CompletableFuture.completedFuture(null) : super.get(key);
      }

      @Override
      MeddledTransaction again(Transaction next, Throwable error) {
        return new Sure(next, codeOf(error) == StoreTrouble.COMMIT_UNKNOWN_RESULT);
      }
    }

    private static int codeOf(Throwable error) {
      return error instanceof FDBException trouble ? trouble.getCode() : 0;
    }
  }

  static final class EarlyAnswer extends Meddling {
    @Override
    MeddledTransaction meddle(Transaction begun) {
      return new MeddledTransaction(begun) {
        private CompletableFuture<Void> committing = CompletableFuture.completedFuture(null);

        @Override
        CompletableFuture<Void> commit() {
          committing = super.commit();
          return CompletableFuture.completedFuture(null);
        }

        @Override
        void close() {
          var unused = committing.whenComplete((done, failure) -> super.close());
        }

        @Override
        MeddledTransaction again(Transaction next, Throwable error) {
          return meddle(next);
        }
      };
    }
  }

  static final class KeptWrites extends Meddling {
    private final List<Consumer<Transaction>> orphans = new ArrayList<>();

    @Override
    MeddledTransaction meddle(Transaction begun) {
      List<Consumer<Transaction>> inherited = List.copyOf(orphans);
      orphans.clear();
      return new Keeping(begun, inherited);
    }

    private final class Keeping extends MeddledTransaction {
      private final List<Consumer<Transaction>> inherited;
      private final List<Consumer<Transaction>> written = new ArrayList<>();
      private boolean committed;

      Keeping(Transaction real, List<Consumer<Transaction>> inherited) {
        super(real);
        this.inherited = inherited;
      }

      @Override
      void mutate(MutationType type, byte[] key, byte[] operand) {
        written.add(tr -> tr.mutate(type, key, operand));
        super.mutate(type, key, operand);
      }

      @Override
      CompletableFuture<Void> commit() {
        committed = true;
        inherited.forEach(write -> write.accept(real()));
        return super.commit();
      }

      @Override
      void close() {
        if (!committed) {
          orphans.addAll(written);
        }
        super.close();
      }

      @Override
      MeddledTransaction again(Transaction next, Throwable error) {
        return new Keeping(next, inherited);
      }
    }
  }

  static final class LeftOpen extends Meddling {
    @Override
    MeddledTransaction meddle(Transaction begun) {
      return new MeddledTransaction(begun) {
        @Override
        void close() {
          // Forgotten.
        }

        @Override
        MeddledTransaction again(Transaction next, Throwable error) {
          return meddle(next);
        }
      };
    }
  }

  /** Closes transactions between two tries, as if it were over after the first. */
  static final class UsedAfterItsEnd extends Meddling {
    @Override
    MeddledTransaction meddle(Transaction begun) {
      return new MeddledTransaction(begun) {
        @Override
        MeddledTransaction again(Transaction next, Throwable error) {
          next.close();
          return meddle(next);
        }
      };
    }
  }
}
