package io.github.grpconce.embedded.internal.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.OnEngineOnly;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transactions that take longer than writes are remembered. */
@OnEngineOnly("virtual time")
class TransactionAgeTest {
  private static final byte[] KEY = {1};
  private static final byte[] OTHER = {2};

  private final VirtualTime time = new VirtualTime();
  private final Database database =
      EmbeddedDatabase.newBuilder().timeline(time).executor(time).build();

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void readThatIsTooLongAgo_endsTheTransaction() {
    Transaction tr = database.createTransaction();
    time.join(tr.get(KEY));
    tr.set(OTHER, KEY);
    forgetAWriteTo(KEY);

    assertEquals(1007, commitError(tr));
  }

  /** Who takes causal risks may commit an old transaction, but not one that can't be checked. */
  @Test
  void readThatIsTooLongAgo_endsTheTransaction_alsoOfWhoTakesCausalRisks() {
    Transaction tr = database.createTransaction();
    tr.options().setCausalWriteRisky();
    time.join(tr.get(KEY));
    tr.set(OTHER, KEY);
    forgetAWriteTo(KEY);

    assertEquals(1007, commitError(tr));
  }

  @Test
  void writeWithoutAnyRead_isNeverTooOldForWhoTakesCausalRisks() {
    Transaction tr = database.createTransaction();
    tr.options().setCausalWriteRisky();
    time.join(tr.getReadVersion());
    tr.set(OTHER, KEY);
    forgetAWriteTo(KEY);

    time.join(tr.commit());
  }

  private void forgetAWriteTo(byte[] key) {
    write(key);
    time.advance(Duration.ofSeconds(7));
    write(new byte[] {3});
  }

  private void write(byte[] key) {
    try (Transaction tr = database.createTransaction()) {
      tr.set(key, key);
      time.join(tr.commit());
    }
  }

  private int commitError(Transaction tr) {
    CompletionException failure =
        assertThrows(CompletionException.class, () -> time.join(tr.commit()));
    return ((FDBException) failure.getCause()).getCode();
  }
}
