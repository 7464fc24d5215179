package io.github.grpconce.embedded.rules;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.VirtualTime;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;

/**
 * Every call gets the error that its arguments deserve, at once or at the next call that can
 * answer, and none if there is nothing wrong with them.
 */
final class CallErrors {
  /** No error. */
  static final int NONE = 0;

  private static final List<Draw> KINDS =
      List.of(
          Calls::set,
          Calls::atomic,
          Calls::get,
          Calls::clear,
          Calls::clearRange,
          Calls::getKey,
          Calls::getRange,
          Calls::addConflictRange,
          Calls::versionstampedKey,
          Calls::versionstampedValue,
          Calls::oldRead,
          Calls::oldCommit,
          Calls::readVersion,
          Calls::sizeLimit,
          Calls::afterCommit,
          Calls::watch);

  private final SplittableRandom random;

  CallErrors(SplittableRandom random) {
    this.random = random;
  }

  /** What is drawn: a call, and the error that it must get. */
  record Call(String what, int error, Calling calling) {}

  /** Calls a transaction of an empty database. */
  interface Calling {
    void with(Transaction tr, VirtualTime time);
  }

  /** Draws calls of one kind. */
  interface Draw {
    Call from(SplittableRandom random);
  }

  Optional<String> breach() {
    Call call = KINDS.get(random.nextInt(KINDS.size())).from(random);
    int error = errorOf(call.calling());
    return error == call.error()
        ? Optional.empty()
        : Optional.of(call.what() + " got " + error + ", not " + call.error());
  }

  private static int errorOf(Calling calling) {
    VirtualTime time = new VirtualTime();
    try (Database database = EmbeddedDatabase.newBuilder().timeline(time).executor(time).build();
        Transaction tr = database.createTransaction()) {
      calling.with(tr, time);
      time.join(tr.commit());
      return NONE;
    } catch (CompletionException failure) {
      return ((FDBException) failure.getCause()).getCode();
    } catch (FDBException failure) {
      return failure.getCode();
    }
  }
}
