package io.github.grpconce.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class HandlerTransactionTest {

  /** As with FoundationDB's own, so that what handlers share with other code works the same. */
  @Test
  void asynchronousFunctionThatThrows_failsItsFuture() {
    Function<Object, CompletableFuture<Void>> mistaken =
        any -> {
          throw new ArithmeticException();
        };
    try (Database database = EmbeddedDatabase.inMemory();
        Transaction transaction = database.createTransaction()) {
      HandlerTransaction view = new HandlerTransaction(transaction);

      assertTrue(view.runAsync(mistaken).isCompletedExceptionally());
      assertTrue(view.readAsync(mistaken).isCompletedExceptionally());
    }
  }
}
