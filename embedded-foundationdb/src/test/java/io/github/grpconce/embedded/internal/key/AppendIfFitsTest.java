package io.github.grpconce.embedded.internal.key;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.MutationType;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import org.junit.jupiter.api.Test;

/** Appending ends at the largest value that FoundationDB takes: 100,000 bytes. */
@StoreTest
final class AppendIfFitsTest {
  private static final byte[] KEY = {1};

  @Test
  void whatFits_isAppended_andWhatDoesNot_changesNothing() {
    try (Database database = TestStore.open(EmbeddedDatabase::inMemory)) {
      database.run(
          tr -> {
            tr.set(KEY, new byte[99_990]);
            return null;
          });

      assertEquals(99_990, lengthAfterAppending(database, 11));
      assertEquals(100_000, lengthAfterAppending(database, 10));
      assertEquals(100_000, lengthAfterAppending(database, 1));
    }
  }

  private static int lengthAfterAppending(Database database, int bytes) {
    database.run(
        tr -> {
          tr.mutate(MutationType.APPEND_IF_FITS, KEY, new byte[bytes]);
          return null;
        });
    return database.run(tr -> tr.get(KEY).join()).length;
  }
}
