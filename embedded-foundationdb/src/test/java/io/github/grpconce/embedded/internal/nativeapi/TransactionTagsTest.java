package io.github.grpconce.embedded.internal.nativeapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.embedded.Awaited;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.ErrorCode;
import io.github.grpconce.embedded.VirtualTime;
import io.github.grpconce.teststore.StoreTest;
import io.github.grpconce.teststore.TestStore;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which tags a transaction can have, throttled automatically or not. */
@StoreTest
final class TransactionTagsTest {
  private static final byte[] KEY = {'k'};

  private static final int INVALID_OPTION_VALUE = 2006;
  private static final int TOO_MANY_TAGS = 2109;
  private static final int TAG_TOO_LONG = 2110;

  private final VirtualTime time = new VirtualTime();
  private final Database database =
      TestStore.open(
          () -> EmbeddedDatabase.newBuilder().timeline(time).executor(time).build(),
          time::nanoTime);
  private Transaction tr;

  @BeforeEach
  void begin() {
    tr = database.createTransaction();
  }

  private void assertTaken() {
    Awaited.join(time, tr.get(KEY));
  }

  private void assertRefused(int code) {
    assertEquals(code, ErrorCode.of(time, tr.get(KEY)));
  }

  @Test
  void longestTag_isTaken() {
    tr.options().setTag("t".repeat(255));
    tr.options().setAutoThrottleTag("a".repeat(255));
    tr.options().setTag("");
    assertTaken();
  }

  @Test
  void longerTag_isRefused() {
    tr.options().setTag("t".repeat(256));
    assertRefused(TAG_TOO_LONG);

    begin();
    tr.options().setAutoThrottleTag("a".repeat(256));
    assertRefused(TAG_TOO_LONG);
  }

  /** It is its bytes that count. */
  @Test
  void tagOfLongCharacters_isRefused() {
    tr.options().setTag("ä".repeat(128));
    assertRefused(TAG_TOO_LONG);
  }

  @Test
  void noTag_isNoValue() {
    tr.options().setTag(null);
    assertRefused(INVALID_OPTION_VALUE);
  }

  private void setFive() {
    List.of("a", "b", "c").forEach(tag -> tr.options().setTag(tag));
    List.of("d", "e").forEach(tag -> tr.options().setAutoThrottleTag(tag));
  }

  @Test
  void fiveTags_areTaken() {
    setFive();
    assertTaken();
  }

  @Test
  void tagsThatAreTheSame_countOnce() {
    tr.options().setTag("a");
    tr.options().setAutoThrottleTag("a");
    setFive();
    assertTaken();
  }

  @Test
  void sixthTag_isRefused_evenIfItIsOneOfTheFive() {
    setFive();
    tr.options().setTag("f");
    assertRefused(TOO_MANY_TAGS);

    begin();
    setFive();
    tr.options().setAutoThrottleTag("a");
    assertRefused(TOO_MANY_TAGS);
  }

  @Test
  void nextAttempt_beginsWithoutTags() {
    setFive();
    tr = Awaited.join(time, tr.onError(new FDBException("scripted", 1020)));
    setFive();
    assertTaken();
  }
}
