package io.github.grpconce.simulation;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.MutationType;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.Guard;
import io.github.grpconce.RequestId;
import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.server.ServerInterceptorBuilder;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The mistakes that an implementation of the guard could make. */
enum Defects implements Supplier<Defect> {
  /** The record is written in a transaction of its own, after the effect was committed. */
  RECORD_WRITTEN_IN_ANOTHER_TRANSACTION,
  /** After commit_unknown_result the record isn't looked for again. */
  REREAD_SKIPPED_AFTER_UNKNOWN_RESULT,
  /** The answer is sent while the commit is still under way. */
  RESPONSE_SENT_BEFORE_COMMIT,
  /** A failure after which another attempt may succeed is recorded, and replayed for ever. */
  RETRYABLE_FAILURE_RECORDED,
  /** What a handler wrote before it failed for good is committed with the record. */
  WRITES_OF_FINAL_FAILURE_KEPT,
  /** Who joins an operation gets what its first execution answered, not what was committed. */
  JOINER_SEES_STALE_OUTCOME,
  /** A handler that is executed again calls others under other IDs than before. */
  CHILD_ID_DEPENDS_ON_TIME,
  /** A server reads the horizon once, and relies on it from then on. */
  HORIZON_CACHED_WITHOUT_LEASE,
  /** A sweeper clears what a new horizon forbids before it tells anybody of that horizon. */
  SWEEPER_CLEARS_BEFORE_ADVANCING_THE_HORIZON,
  /** An execution goes on although another one has taken over. */
  TOKEN_NOT_CHECKED;

  /** Returns the defect for one run. */
  @Override
  public Defect get() {
    return switch (this) {
      case RECORD_WRITTEN_IN_ANOTHER_TRANSACTION -> new SplitRecord();
      case REREAD_SKIPPED_AFTER_UNKNOWN_RESULT -> new NoReread();
      case RESPONSE_SENT_BEFORE_COMMIT -> new EarlyAnswer();
      case RETRYABLE_FAILURE_RECORDED -> new BusyForEver();
      case WRITES_OF_FINAL_FAILURE_KEPT -> new KeptWrites();
      case JOINER_SEES_STALE_OUTCOME -> new StaleJoiners();
      case CHILD_ID_DEPENDS_ON_TIME -> new FreshChildren();
      case HORIZON_CACHED_WITHOUT_LEASE -> new HorizonDefects.CachedForEver();
      case SWEEPER_CLEARS_BEFORE_ADVANCING_THE_HORIZON -> new HorizonDefects.ToldTooLate();
      case TOKEN_NOT_CHECKED -> new UncheckedToken();
    };
  }

  /** Meddles with the transactions of the guard and the handlers. */
  private abstract static class Meddling extends Defect {
    private Subspace records;

    @Override
    final Database store(Database store, Subspace recordsSubspace) {
      records = recordsSubspace;
      return MeddledTransaction.database(store, begun -> meddle(begun).proxy());
    }

    final boolean isRecord(byte[] key) {
      return records.contains(key);
    }

    abstract MeddledTransaction meddle(Transaction begun);
  }

  private static final class SplitRecord extends Meddling {
    @Override
    MeddledTransaction meddle(Transaction begun) {
      return new MeddledTransaction(begun) {
        private final List<Consumer<Transaction>> held = new ArrayList<>();

        @Override
        void set(byte[] key, byte[] value) {
          if (isRecord(key)) {
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

  private static final class NoReread extends Meddling {
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
        return sure && isRecord(key) ? CompletableFuture.completedFuture(null) : super.get(key);
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

  private static final class EarlyAnswer extends Meddling {
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

  private static final class BusyForEver extends Defect {
    @Override
    ServerInterceptorBuilder interceptor(ServerInterceptorBuilder builder) {
      Set<Status.Code> codes = new HashSet<>(Guard.DEFAULT_FINAL_FAILURES);
      codes.add(Status.Code.RESOURCE_EXHAUSTED);
      Guard guard = Guard.transaction().withFinalFailures(codes);
      return builder
          .guard(Purchase.CHARGE, guard)
          .guard(Purchase.DEPOSIT, guard)
          .guard(Purchase.ORDER, guard);
    }
  }

  private static final class KeptWrites extends Meddling {
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

  private static final class FreshChildren extends Defect implements ClientInterceptor {
    private long calls;

    @Override
    Channel channel(Channel channel) {
      return ClientInterceptors.intercept(channel, this);
    }

    @Override
    public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
        MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
      RequestId fresh = RequestId.of("call-at-tick-" + ++calls);
      return next.newCall(
          method, options.withOption(IdempotencyClientInterceptor.REQUEST_ID, fresh));
    }
  }
}
