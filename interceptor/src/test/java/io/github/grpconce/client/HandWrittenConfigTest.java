package io.github.grpconce.client;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * A service config that somebody wrote by hand is accepted as it is, and by gRPC, too; or it is
 * refused with a reason.
 */
class HandWrittenConfigTest {

  private static final List<String> KEYS =
      List.of(
          "methodConfig",
          "name",
          "service",
          "method",
          "retryPolicy",
          "hedgingPolicy",
          "maxAttempts",
          "maxRequestMessageBytes",
          "retryThrottling");

  private static final List<Object> LEAVES =
      List.of(
          "",
          "demo.payment.v1.PaymentService",
          "Charge",
          "NaN",
          "1e999",
          "-1",
          0.0,
          3.0,
          Double.NaN,
          Double.NEGATIVE_INFINITY,
          Long.MAX_VALUE,
          true);

  @Property
  void anyConfig_isAcceptedOrRefused(@ForAll("configs") Map<String, ?> config) {
    try {
      assertSame(
          config, RetryServiceConfig.check(config, PaymentServiceGrpc.getServiceDescriptor()));
    } catch (IllegalArgumentException e) {
      assertFalse(e.getMessage().isEmpty());
      return;
    }
    InProcessChannelBuilder.forName("nowhere")
        .enableRetry()
        .defaultServiceConfig(config)
        .build()
        .shutdownNow();
  }

  /** Shaped like a config, with anything in the place of anything. */
  @Provide
  Arbitrary<Map<String, ?>> configs() {
    Arbitrary<Object> leaves = Arbitraries.of(LEAVES).injectNull(0.05);
    Arbitrary<Object> names = oneOrOther(object(leaves), leaves).list().ofMaxSize(2).map(l -> l);
    Arbitrary<Object> policies = oneOrOther(object(leaves), leaves);
    Arbitrary<Object> entries = object(oneOrOther(names, oneOrOther(policies, leaves)));
    Arbitrary<Object> lists = oneOrOther(entries, leaves).list().ofMaxSize(3).map(l -> l);
    return oneOrOther(lists, leaves).map(HandWrittenConfigTest::config);
  }

  private static Map<String, ?> config(Object methodConfig) {
    Map<String, Object> config = new HashMap<>();
    config.put("methodConfig", methodConfig);
    return config;
  }

  private static Arbitrary<Object> oneOrOther(Arbitrary<Object> one, Arbitrary<Object> other) {
    return Arbitraries.frequencyOf(Tuple.of(4, one), Tuple.of(1, other));
  }

  private static Arbitrary<Object> object(Arbitrary<Object> values) {
    return Combinators.combine(Arbitraries.of(KEYS).list().ofMaxSize(4), values.list().ofSize(4))
        .as(HandWrittenConfigTest::object);
  }

  private static Object object(List<String> keys, List<Object> values) {
    Map<String, Object> object = new HashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      object.put(keys.get(i), values.get(i));
    }
    return object;
  }

  /** Nearly right ones, of which some are right: each part is one of several spellings. */
  @Property
  void nearlyRightPolicy_isRefusedOrTakenByGrpc(
      @ForAll("policies") Map<String, ?> policy, @ForAll boolean hedging) {
    String key = hedging ? "hedgingPolicy" : "retryPolicy";
    anyConfig_isAcceptedOrRefused(
        Map.of("methodConfig", List.of(Map.of("name", List.of(Map.of()), key, policy))));
  }

  @Provide
  Arbitrary<Map<String, ?>> policies() {
    Arbitrary<Object> attempts = Arbitraries.of(2, 3.0, "4", "+3", 2.5, 1L);
    Arbitrary<Object> backoffs = Arbitraries.of("0.1s", "1s", "00.5s", "1.s", "0s", "1e1s", "+1s");
    Arbitrary<Object> multipliers = Arbitraries.of(2, 1.5, "2", "0x1p3", "1d", 0);
    Arbitrary<Object> codes =
        Arbitraries.<Object>of("UNAVAILABLE", "ABORTED", 14, 10.0, "UNAVAILABLE ", 14.1)
            .list()
            .ofMaxSize(2)
            .map(l -> l);
    return Combinators.combine(attempts, backoffs, multipliers, codes, Arbitraries.of(true, false))
        .as(
            (attempt, backoff, multiplier, code, hedging) ->
                hedging
                    ? Map.of(
                        "maxAttempts",
                        attempt,
                        "hedgingDelay",
                        backoff,
                        "nonFatalStatusCodes",
                        code)
                    : Map.of(
                        "maxAttempts",
                        attempt,
                        "initialBackoff",
                        backoff,
                        "maxBackoff",
                        backoff,
                        "backoffMultiplier",
                        multiplier,
                        "retryableStatusCodes",
                        code));
  }

  /** It would be below every limit. */
  @Example
  void numberThatIsNone_isRefused() {
    for (Object attempts : List.of("NaN", Double.NaN, "1e999", Double.POSITIVE_INFINITY)) {
      Map<String, ?> entry =
          Map.of("name", List.of(Map.of()), "retryPolicy", Map.of("maxAttempts", attempts));
      assertThrows(
          IllegalArgumentException.class,
          () -> RetryServiceConfig.check(Map.of("methodConfig", List.of(entry))));
    }
  }
}
