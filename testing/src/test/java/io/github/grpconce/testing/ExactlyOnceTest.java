package io.github.grpconce.testing;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.server.CallerScope;
import io.github.grpconce.testing.v1.Receipt;
import io.github.grpconce.testing.v1.Sum;
import io.github.grpconce.testing.v1.TillServiceGrpc;
import io.github.grpconce.teststore.OnEngineOnly;
import io.grpc.Metadata;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The extension's part in a test. */
@OnEngineOnly("virtual time")
class ExactlyOnceTest {

  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);

  private final ExactlyOnce exactlyOnce =
      ExactlyOnce.of(database -> new Till(sum -> Till.take(Till.transaction(), sum)));

  private Proof<Sum, Receipt> proof() {
    return exactlyOnce
        .call(TillServiceGrpc.getPayMethod(), Till.sum(30))
        .given(Till::open)
        .worlds(3);
  }

  @Test
  void howMuchWasTried_isReported() {
    FakeTest test = new FakeTest(Map.of());
    exactlyOnce.beforeEach(test.context());
    Report report = proof().takesEffectOnce();
    exactlyOnce.afterEach(test.context());
    assertEquals(Map.of("exactly once", report.toString()), test.reported());
    assertTrue(
        report.toString().contains("TillService/Pay took effect once; worlds tried: 3 ("),
        report::toString);
  }

  @Test
  void settings_giveTheSeedAndTheOneWorld() {
    FakeTest test =
        new FakeTest(Map.of("grpconce.testing.seed", "42", "grpconce.testing.world", "2"));
    exactlyOnce.beforeEach(test.context());
    Report report = proof().takesEffectOnce();
    assertEquals(42, report.seed());
    assertEquals(1, report.worlds());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "4"})
  void settingOfAWorldThatIsNotThere_isRefused(String world) {
    exactlyOnce.beforeEach(new FakeTest(Map.of("grpconce.testing.world", world)).context());
    var refusal = assertThrows(IllegalArgumentException.class, () -> proof().takesEffectOnce());
    assertTrue(refusal.getMessage().contains("there is no world " + world), refusal::getMessage);
    assertTrue(refusal.getMessage().contains("1 to 3"), refusal::getMessage);
  }

  @Test
  void callThatWasNeverMade_failsTheTest() {
    FakeTest test = new FakeTest(Map.of());
    exactlyOnce.beforeEach(test.context());
    var unused = proof();
    AssertionError failure =
        assertThrows(AssertionError.class, () -> exactlyOnce.afterEach(test.context()));
    assertTrue(failure.getMessage().contains("takesEffectOnce()"), failure::toString);
  }

  @Test
  void testThatFailedAnyway_failsForItsOwnReason() {
    FakeTest test = new FakeTest(Map.of()).failing();
    exactlyOnce.beforeEach(test.context());
    var unused = proof();
    assertDoesNotThrow(() -> exactlyOnce.afterEach(test.context()));
  }

  @Test
  void headers_areSentWithEachAttempt() {
    Metadata.Key<byte[]> ticket = Metadata.Key.of("t-bin", Metadata.BINARY_BYTE_MARSHALLER);
    Set<String> seen = ConcurrentHashMap.newKeySet();
    AtomicInteger attempts = new AtomicInteger();
    exactlyOnce.guarding(
        guard ->
            guard.scope(
                CallerScope.of(
                    (call, headers) -> {
                      attempts.incrementAndGet();
                      seen.add(headers.get(TENANT) + headers.get(ticket).length);
                      return headers.get(TENANT);
                    })));

    proof().header(TENANT, "alice").header(ticket, new byte[5]).takesEffectOnce();

    assertEquals(Set.of("alice5"), seen);
    assertTrue(attempts.get() > 3, "attempts: " + attempts);
  }

  @Test
  void callerThatNoHeaderNames_isNotKnown() {
    exactlyOnce.guarding(guard -> guard.scope(CallerScope.header(TENANT)));

    AssertionError failure = assertThrows(AssertionError.class, () -> proof().takesEffectOnce());

    assertTrue(failure.getMessage().contains("UNAUTHENTICATED"), failure::getMessage);
  }

  @Test
  void headerOfTheRequestId_isRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> proof().header(IdempotencyHeaders.REQUEST_ID, "another"));
  }

  @Test
  void namedEffects_leaveNothingToIgnore() {
    Subspace keys = new Subspace(Tuple.from("receipt"));
    assertThrows(
        IllegalStateException.class,
        () -> proof().effect("mails", database -> 1).ignoring(keys, "random"));
    assertThrows(
        IllegalStateException.class,
        () -> proof().ignoring(keys, "random").effect("mails", database -> 1));
  }

  @Test
  void noWorldAtAll_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> proof().worlds(0));
  }
}
