package io.github.grpconce.simulation.defect;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.grpconce.testing.internal.link.Forwarding;
import io.github.grpconce.v1.Lease;
import io.github.grpconce.v1.Record;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Mistakes with what an execution in STEPS mode leaves in the store, and how others wait for it.
 */
final class StepsDefects {

  private StepsDefects() {}

  static final class ForgottenSteps extends Meddling {
    @Override
    MeddledTransaction meddle(Transaction begun) {
      return new MeddledTransaction(begun) {
        @Override
        void set(byte[] key, byte[] value) {
          if (!isStep(key)) {
            super.set(key, value);
          }
        }

        @Override
        MeddledTransaction again(Transaction next, Throwable error) {
          return meddle(next);
        }
      };
    }
  }

  /** Holds back what the guard writes with the first step. */
  static final class LateClaim extends Meddling {
    @Override
    MeddledTransaction meddle(Transaction begun) {
      return new Late(begun);
    }

    private final class Late extends MeddledTransaction {
      private final List<Consumer<Transaction>> held = new ArrayList<>();
      private boolean first;

      Late(Transaction real) {
        super(real);
      }

      @Override
      void set(byte[] key, byte[] value) {
        first = first || (isRecord(key) && isFirst(parse(value)));
        if (first && isGuards(key)) {
          held.add(tr -> tr.set(key, value));
        } else {
          super.set(key, value);
        }
      }

      private static boolean isFirst(Record record) {
        return record.getExecution().getToken() == 1;
      }

      @Override
      CompletableFuture<Void> commit() {
        return first ? super.commit().thenCompose(done -> claim()) : super.commit();
      }

      private CompletableFuture<Void> claim() {
        Transaction other = real().getDatabase().createTransaction();
        held.forEach(write -> write.accept(other));
        return other.commit().whenComplete((done, failure) -> other.close());
      }

      @Override
      MeddledTransaction again(Transaction next, Throwable error) {
        return new Late(next);
      }
    }
  }

  static final class EndlessLease extends Meddling {
    @Override
    MeddledTransaction meddle(Transaction begun) {
      return new MeddledTransaction(begun) {
        @Override
        void set(byte[] key, byte[] value) {
          super.set(key, isLease(key) ? endless(value) : value);
        }

        @Override
        MeddledTransaction again(Transaction next, Throwable error) {
          return meddle(next);
        }
      };
    }

    private static byte[] endless(byte[] lease) {
      try {
        return Lease.parseFrom(lease).toBuilder()
            .setLeaseMillis(Integer.MAX_VALUE)
            .setReleased(false)
            .build()
            .toByteArray();
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError("the guard writes leases", e);
      }
    }
  }

  static final class LeftLease extends Meddling {
    @Override
    MeddledTransaction meddle(Transaction begun) {
      return new MeddledTransaction(begun) {
        @Override
        void clear(byte[] key) {
          if (!isLease(key)) {
            super.clear(key);
          }
        }

        @Override
        MeddledTransaction again(Transaction next, Throwable error) {
          return meddle(next);
        }
      };
    }
  }

  /** Has all tasks that come as soon as polls do wait for ever. */
  static final class NoPolling extends Defect {
    private static final Duration POLL = Duration.ofMillis(250);

    @Override
    public ScheduledExecutorService timer(ScheduledExecutorService timer) {
      return Forwarding.proxy(
          ScheduledExecutorService.class,
          (self, method, args) ->
              method.getName().equals("schedule") && isPoll((long) args[1], (TimeUnit) args[2])
                  ? timer.schedule(() -> {}, 1, TimeUnit.DAYS)
                  : Forwarding.call(method, timer, args));
    }

    private static boolean isPoll(long delay, TimeUnit unit) {
      return Duration.of(delay, unit.toChronoUnit()).equals(POLL);
    }
  }
}
