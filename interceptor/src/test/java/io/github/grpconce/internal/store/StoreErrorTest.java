package io.github.grpconce.internal.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.FDBException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreErrorTest {

  @ParameterizedTest
  @ValueSource(
      ints = {1007, 1009, 1020, 1021, 1037, 1038, 1039, 1042, 1051, 1078, 1213, 1223, 1235, 1242})
  void retryable_asTheDocumentationOfFoundationDbSays(int code) {
    assertTrue(error(code).isRetryable());
    assertFalse(error(code).isMisuse());
  }

  @ParameterizedTest
  @ValueSource(ints = {1021, 1031, 1039, 2017})
  void maybeCommitted(int code) {
    assertTrue(error(code).isMaybeCommitted());
    assertFalse(error(code).isNotCommitted());
  }

  @ParameterizedTest
  @ValueSource(ints = {1031, 1039})
  void someAreTriedAgainButNotByTheSameTransaction(int code) {
    assertTrue(error(code).isRetryable());
    assertTrue(error(code).endsTransaction());
    assertFalse(error(1021).endsTransaction());
  }

  @ParameterizedTest
  @ValueSource(ints = {2000, 2016, 2018, 2101, 2103, 2999})
  void misuse_isNotTriedAgain(int code) {
    assertTrue(error(code).isMisuse());
    assertFalse(error(code).isRetryable());
    assertFalse(error(code).isMaybeCommitted());
  }

  /** Its commit may land, but whoever made this mistake once makes it again. */
  @Test
  void useDuringTheCommit_isNeitherTriedAgainNorCertainlyInVain() {
    assertFalse(error(2017).isRetryable());
    assertFalse(error(2017).isMisuse());
  }

  /** A store that doesn't answer is waited for no longer; a transaction too old is begun anew. */
  @Test
  void timeoutAndAge_areToldApart() {
    assertTrue(error(1031).isTimeout());
    assertTrue(error(1031).isTooLate());
    assertFalse(error(1007).isTimeout());
    assertTrue(error(1007).isTooLate());
    assertFalse(error(1020).isTimeout());
    assertFalse(error(1020).isTooLate());
  }

  @Test
  void exception_isWhatTheStoreThrew() {
    FDBException thrown = new FDBException("conflict", 1020);

    assertSame(
        thrown, StoreError.causing(new CompletionException(thrown)).orElseThrow().exception());
  }

  @Test
  void cause_isFoundAtAnyDepth() {
    RuntimeException deep =
        new IllegalStateException(new CompletionException(new FDBException("conflict", 1020)));

    assertEquals(Optional.of(1020), StoreError.causing(deep).map(StoreError::code));
    assertEquals(Optional.empty(), StoreError.causing(new IllegalStateException()));
    assertEquals(Optional.empty(), StoreError.causing(null));
  }

  @Test
  void cyclicCauses_end() {
    IllegalStateException one = new IllegalStateException();
    IllegalStateException other = new IllegalStateException(one);
    one.initCause(other);

    assertEquals(Optional.empty(), StoreError.causing(one));
  }

  private static StoreError error(int code) {
    return StoreError.causing(new FDBException("error", code)).orElseThrow();
  }
}
