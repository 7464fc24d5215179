package io.github.grpconce.embedded.internal.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.FDBException;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which errors are worth another try, and what they say. */
final class EmbeddedExceptionTest {
  private static final Set<Integer> MAYBE_COMMITTED = Set.of(1021, 1039);
  private static final Set<Integer> NOT_COMMITTED =
      Set.of(1007, 1009, 1020, 1037, 1038, 1042, 1051, 1078, 1213, 1223);

  @Test
  void error_saysWhetherItIsWorthAnotherTry() {
    for (int code = 1000; code < 2300; code++) {
      EmbeddedException error = EmbeddedException.ofCode(code);
      assertEquals(code, error.getCode());
      assertEquals(MAYBE_COMMITTED.contains(code), error.isMaybeCommitted(), "" + code);
      assertEquals(NOT_COMMITTED.contains(code), error.isRetryableNotCommitted(), "" + code);
      assertEquals(
          MAYBE_COMMITTED.contains(code) || NOT_COMMITTED.contains(code),
          error.isRetryable(),
          "" + code);
    }
  }

  @Test
  void error_hasFoundationDbsSentence_orItsNumber() {
    assertEquals(FdbError.NOT_COMMITTED.exception().getMessage(), message(1020));
    assertTrue(message(4711).contains("4711"));
    assertFalse(message(1020).contains("1020"));
  }

  private static String message(int code) {
    return EmbeddedException.ofCode(code).getMessage();
  }

  @Test
  void errorForAnotherThread_isTheSameButForItsStack() {
    EmbeddedException error = EmbeddedException.ofCode(1020);
    Exception clone = error.retargetClone();

    assertNotNull(clone);
    assertNotSame(error, clone);
    assertSame(error, clone.getCause());
    assertEquals(1020, ((FDBException) clone).getCode());
    assertEquals(error.getMessage(), clone.getMessage());
  }
}
