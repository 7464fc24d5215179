package io.github.grpconce.embedded.internal.binding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.KeySelector;
import com.apple.foundationdb.StreamingMode;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.EmbeddedDatabase;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

class UnsupportedTest {
  private static final byte[] KEY = {1};
  private static final KeySelector SELECTOR = KeySelector.firstGreaterOrEqual(KEY);

  private static final KeySelector SPECIAL =
      KeySelector.firstGreaterOrEqual(new byte[] {-1, -1, 1});

  private final Database db = EmbeddedDatabase.inMemory();
  private final Transaction tr = db.createTransaction();

  private static DynamicTest refused(String what, String alternative, Executable call) {
    return DynamicTest.dynamicTest(
        what,
        () -> {
          String message = assertThrows(UnsupportedOperationException.class, call).getMessage();
          assertTrue(message.contains(what), message);
          assertTrue(message.contains(alternative), message);
        });
  }

  @TestFactory
  Stream<DynamicTest> whatIsNotSupported_isRefusedWithAnAlternative() {
    return Stream.of(
        refused("tenants", "Subspace", () -> db.openTenant(KEY)),
        refused("blob granules", "getRange", () -> db.blobbifyRange(KEY, KEY)),
        refused("blob granules", "getRange", () -> tr.getBlobGranuleRanges(KEY, KEY, 1)),
        refused(
            "getMappedRange",
            "getRange",
            () -> tr.getMappedRange(SELECTOR, SELECTOR, KEY, 0, false, StreamingMode.EXACT)),
        refused("client status", "no cluster", db::getClientStatus),
        refused("special keys", "embedded", () -> tr.get(new byte[] {-1, -1})),
        refused("special keys", "embedded", () -> tr.get(new byte[] {-1, -1, 1})),
        refused("special keys", "embedded", () -> tr.getRange(SPECIAL, SPECIAL)),
        refused("special keys", "embedded", () -> tr.set(new byte[] {-1, -1, 1}, KEY)));
  }

  @Test
  void keyBehindTheSpecialOnes_isOutsideTheLegalRange() {
    CompletionException refusal =
        assertThrows(CompletionException.class, () -> tr.get(new byte[] {-1, -1, -1}).join());
    assertEquals(2004, ((FDBException) refusal.getCause()).getCode());
  }

  @Test
  void unknownOption_is2007() {
    FDBException error =
        assertThrows(
            FDBException.class, () -> tr.options().getOptionConsumer().setOption(9999, null));
    assertEquals(2007, error.getCode());
  }
}
