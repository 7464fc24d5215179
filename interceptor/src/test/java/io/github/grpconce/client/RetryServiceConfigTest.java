package io.github.grpconce.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import io.github.grpconce.TestMethods;
import io.github.grpconce.demo.order.v1.OrderServiceGrpc;
import io.github.grpconce.demo.payment.v1.PaymentServiceGrpc;
import io.github.grpconce.internal.client.ServiceConfig;
import io.github.grpconce.v1.GuardOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class RetryServiceConfigTest {

  private static final MethodDescriptor<?, ?> UNGUARDED =
      TestMethods.unary(TestMethods.unguarded());

  private static final ServiceDescriptor UNGUARDED_SERVICE = TestMethods.service(UNGUARDED);

  private static final ServiceDescriptor PAYMENT = PaymentServiceGrpc.getServiceDescriptor();

  private static final Map<String, ?> POLICY =
      Map.of(
          "maxAttempts",
          3.0,
          "initialBackoff",
          "0.1s",
          "maxBackoff",
          "1s",
          "backoffMultiplier",
          2.0,
          "retryableStatusCodes",
          List.of("UNAVAILABLE"));

  private static final Map<String, ?> HEDGING =
      Map.of("maxAttempts", 3.0, "hedgingDelay", "0.1s", "nonFatalStatusCodes", List.of());

  @Test
  void forServices_retriesGuardedAndSafeMethods() {
    Map<String, ?> config = RetryServiceConfig.forServices(OrderServiceGrpc.getServiceDescriptor());
    Map<String, ?> policy =
        Map.of(
            "maxAttempts",
            5.0,
            "initialBackoff",
            "0.1s",
            "maxBackoff",
            "2s",
            "backoffMultiplier",
            2.0,
            "retryableStatusCodes",
            List.of("CANCELLED", "UNKNOWN", "INTERNAL", "UNAVAILABLE"));
    List<Map<String, ?>> names = List.of(name("PlaceOrder"), name("GetOrder"), name("ListOrders"));
    assertEquals(
        Map.of("methodConfig", List.of(Map.of("name", names, "retryPolicy", policy))), config);
  }

  private static Map<String, ?> name(String method) {
    return Map.of("service", "demo.order.v1.OrderService", "method", method);
  }

  @Test
  void forServices_ofServicesInWhichNothingMayRunTwice_isRefused() {
    for (ServiceDescriptor[] services :
        List.of(new ServiceDescriptor[0], new ServiceDescriptor[] {UNGUARDED_SERVICE})) {
      assertRefused(
          "nothing would be attempted again", () -> RetryServiceConfig.forServices(services));
    }
  }

  @Test
  void forServices_leavesOutMethodsThatAreNeither() {
    Map<String, ?> config = RetryServiceConfig.forServices(PAYMENT, UNGUARDED_SERVICE);
    assertFalse(config.toString().contains("test.Service"), config.toString());
  }

  @Test
  void forServices_refusesAGuardThatCantBeKept() {
    var method =
        TestMethods.unary(
            TestMethods.guarded(GuardOptions.newBuilder().setIdentity("pinned").build()));
    assertThrows(
        IllegalArgumentException.class,
        () -> RetryServiceConfig.forServices(TestMethods.service(method)));
  }

  @Test
  void build_groupsMethodsByTheirPolicies() {
    HedgingPolicy hedging = HedgingPolicy.after(Duration.ofMillis(1500)).withMaxAttempts(2);
    Map<String, ?> config =
        RetryServiceConfig.newBuilder()
            .services(OrderServiceGrpc.getServiceDescriptor())
            .policy(RetryPolicy.standard().withMaxAttempts(3))
            .policy(OrderServiceGrpc.getGetOrderMethod(), hedging)
            .throttling(100, 0.5)
            .waitForReady()
            .build();
    assertEquals(Map.of("maxTokens", 100.0, "tokenRatio", 0.5), config.get("retryThrottling"));
    List<Map<?, ?>> entries = ServiceConfig.objects(config, "methodConfig");
    assertEquals(2, entries.size());
    assertEquals(List.of(name("PlaceOrder"), name("ListOrders")), entries.get(0).get("name"));
    assertEquals(3.0, ServiceConfig.object(entries.get(0), "retryPolicy").get("maxAttempts"));
    assertEquals(true, entries.get(0).get("waitForReady"));
    assertEquals(List.of(name("GetOrder")), entries.get(1).get("name"));
    assertEquals(
        Map.of(
            "maxAttempts",
            2.0,
            "hedgingDelay",
            "1.5s",
            "nonFatalStatusCodes",
            List.of("CANCELLED", "UNKNOWN", "INTERNAL", "UNAVAILABLE")),
        entries.get(1).get("hedgingPolicy"));
  }

  /** gRPC checks a config's types when it is set, and its contents when it is built. */
  @Test
  void build_isTakenByAChannel() {
    var channel = InProcessChannelBuilder.forName("nowhere");
    RetryServiceConfig.newBuilder()
        .services(PAYMENT)
        .policy(PaymentServiceGrpc.getGetAccountMethod(), HedgingPolicy.after(Duration.ZERO))
        .throttling(10, 0.1)
        .applyTo(channel);
    ManagedChannel built = channel.build();
    built.shutdownNow();
    assertTrue(built.isShutdown());
  }

  @Test
  void build_aPolicyOfAMethodThatMayNotRunTwice_isRefused() {
    assertRefused(
        "test.Service/Do would be attempted again",
        () ->
            RetryServiceConfig.newBuilder()
                .services(UNGUARDED_SERVICE)
                .policy(UNGUARDED, RetryPolicy.standard())
                .build());
  }

  @Test
  void build_aMethodThatSomebodyVouchesFor_isRetried() {
    Map<String, ?> config =
        RetryServiceConfig.newBuilder().services(UNGUARDED_SERVICE).vouchFor(UNGUARDED).build();
    assertEquals(
        List.of(Map.of("service", "test.Service", "method", "Do")),
        ServiceConfig.objects(config, "methodConfig").get(0).get("name"));
  }

  /** What such a call did may be undone by a duplicate of an earlier one. */
  @Test
  void build_aMethodThatIsOnlyIdempotent_isNotRetriedUnlessSomebodyVouchesForIt() {
    MethodDescriptor<?, ?> method =
        TestMethods.unary(
            MethodOptions.newBuilder().setIdempotencyLevel(IdempotencyLevel.IDEMPOTENT).build());
    var builder = RetryServiceConfig.newBuilder().services(TestMethods.service(method));
    assertRefused("nothing would be attempted again", builder::build);
    assertEquals(1, ServiceConfig.objects(builder.vouchFor(method).build(), "methodConfig").size());
  }

  @Test
  void build_aPolicyOfAMethodOfAnUnknownService_isRefused() {
    assertRefused(
        "demo.payment.v1.PaymentService/Charge",
        () ->
            RetryServiceConfig.newBuilder()
                .services(UNGUARDED_SERVICE)
                .policy(PaymentServiceGrpc.getChargeMethod(), RetryPolicy.standard())
                .build());
  }

  @Test
  void build_moreAttemptsThanTheChannelMakes_areRefused() {
    var builder = RetryServiceConfig.newBuilder().services(PAYMENT);
    builder.policy(RetryPolicy.standard().withMaxAttempts(6));
    assertRefused("6 attempts, but the channel stops after 5", builder::build);
    builder.limits(new ChannelLimits(6, 5, 1 << 20));
    assertEquals(1, ServiceConfig.objects(builder.build(), "methodConfig").size());
    builder.policy(HedgingPolicy.after(Duration.ZERO).withMaxAttempts(6));
    assertRefused("raise its maxHedgedAttempts", builder::build);
  }

  @Test
  void build_aBufferSmallerThanTheRequests_isRefused() {
    var builder = RetryServiceConfig.newBuilder().services(PAYMENT).maxRequestBytes(1 << 20);
    assertEquals(1, ServiceConfig.objects(builder.build(), "methodConfig").size());
    builder.maxRequestBytes((1 << 20) + 1);
    assertRefused("raise its perRpcBufferLimit", builder::build);
    builder.limits(new ChannelLimits(5, 5, 2 << 20));
    assertEquals(1, ServiceConfig.objects(builder.build(), "methodConfig").size());
  }

  @Test
  void check_returnsAConfigThatRetriesGuardedAndSafeMethodsOnly() {
    for (String path : List.of("demo.payment.v1.PaymentService/Charge", SERVICE_WIDE, "/")) {
      Map<String, ?> config = config(entry(path, "retryPolicy", POLICY));
      assertSame(config, RetryServiceConfig.check(config, PAYMENT));
      Map<String, ?> hedging = config(entry(path, "hedgingPolicy", HEDGING));
      assertSame(hedging, RetryServiceConfig.check(hedging, PAYMENT));
    }
  }

  private static final String SERVICE_WIDE = "demo.payment.v1.PaymentService/";

  @Test
  void check_anEntryThatCoversAnUnguardedMethod_isRefused() {
    for (String path : List.of("test.Service/Do", "test.Service/", "/")) {
      for (String policy : List.of("retryPolicy", "hedgingPolicy")) {
        Map<String, ?> parts = policy.equals("retryPolicy") ? POLICY : HEDGING;
        assertRefused(
            "test.Service/Do would be attempted again",
            () ->
                RetryServiceConfig.check(
                    config(entry(path, policy, parts)), PAYMENT, UNGUARDED_SERVICE));
      }
    }
  }

  @Test
  void check_aMoreSpecificEntry_takesAMethodOut() {
    Map<String, ?> timeoutOnly = Map.of("name", List.of(path("test.Service/Do")), "timeout", "1s");
    Map<String, ?> serviceOnly = Map.of("name", List.of(path("test.Service/")), "timeout", "1s");
    for (Map<String, ?> exception : List.of(timeoutOnly, serviceOnly)) {
      Map<String, ?> config = config(entry("/", "retryPolicy", POLICY), exception);
      assertSame(config, RetryServiceConfig.check(config, PAYMENT, UNGUARDED_SERVICE));
    }
  }

  @Test
  void check_anEntryForWhatIsNotGiven_isRefused() {
    for (String path : List.of("test.Service/Do", "test.Service/", SERVICE_WIDE + "Pay")) {
      assertRefused(
          path + " would be attempted again, but is not among the given services",
          () -> RetryServiceConfig.check(config(entry(path, "retryPolicy", POLICY)), PAYMENT));
    }
  }

  @Test
  void check_anEntryWithoutPolicy_isNoneOfOurBusiness() {
    Map<String, ?> config =
        Map.of(
            "loadBalancingConfig",
            List.of(Map.of("round_robin", Map.of())),
            "methodConfig",
            List.of(Map.of("name", List.of(path("test.Service/")), "timeout", "1s")));
    assertSame(config, RetryServiceConfig.check(config, UNGUARDED_SERVICE));
    assertEquals(Map.of(), RetryServiceConfig.check(Map.of(), UNGUARDED_SERVICE));
  }

  @Test
  void check_bothPoliciesForOneMethod_areRefused() {
    Map<String, ?> both =
        Map.of("name", List.of(path("/")), "retryPolicy", POLICY, "hedgingPolicy", HEDGING);
    assertRefused(
        "both retryPolicy and hedgingPolicy", () -> RetryServiceConfig.check(config(both)));
  }

  @Test
  void check_moreAttemptsThanTheChannelMakes_areRefused() {
    for (Object attempts : List.of(6.0, "6")) {
      Map<String, ?> entry = entry("/", "retryPolicy", with(POLICY, "maxAttempts", attempts));
      assertRefused("6 attempts", () -> RetryServiceConfig.check(config(entry)));
    }
  }

  @Test
  void check_requestsLargerThanTheChannelBuffers_areRefused() {
    Map<String, ?> entry =
        Map.of(
            "name",
            List.of(path("/")),
            "retryPolicy",
            POLICY,
            "maxRequestMessageBytes",
            4_000_000.0);
    assertRefused("requests of 4000000 bytes", () -> RetryServiceConfig.check(config(entry)));
  }

  @Test
  void check_whatIsNoServiceConfig_isRefused() {
    assertRefused(
        "methodConfig must be a list", () -> RetryServiceConfig.check(Map.of("methodConfig", 1)));
    assertRefused(
        "methodConfig must hold an object",
        () -> RetryServiceConfig.check(Map.of("methodConfig", List.of("a"))));
    assertRefused(
        "retryPolicy must hold an object",
        () -> RetryServiceConfig.check(config(entry("/", "retryPolicy", "often"))));
  }

  /** Each was passed over in silence, or brought down the channel or its every call. */
  @Test
  void check_whatGrpcWouldRefuseOrIgnore_isRefused() {
    assertPolicyRefused("maxAttempts must be a number", "maxAttempts", "many");
    assertPolicyRefused("maxAttempts must be a number", "maxAttempts", null);
    assertPolicyRefused("maxAttempts must be a whole number", "maxAttempts", 2.5);
    assertPolicyRefused("maxAttempts must be a whole number", "maxAttempts", "3.0");
    assertPolicyRefused("maxAttempts must be 2 or more", "maxAttempts", 1.0);
    assertPolicyRefused("backoffMultiplier must be above 0", "backoffMultiplier", 0.0);
    assertPolicyRefused("backoffMultiplier must be a number", "backoffMultiplier", true);
    for (String key : List.of("initialBackoff", "maxBackoff")) {
      for (Object wrong :
          Arrays.asList("50ms", "0s", "0.000s", "-1s", "1", "1 s", "s", ".5s", 0.1, null)) {
        assertPolicyRefused(key + " must be a text of seconds", key, wrong);
      }
    }
    for (Object code : Arrays.asList("unavailable", "Unavailable", "OK", "", 0, 17, 14.5, null)) {
      assertPolicyRefused(
          "no code of a failure", "retryableStatusCodes", Collections.singletonList(code));
    }
    assertPolicyRefused("must not be empty", "retryableStatusCodes", List.of());
    assertPolicyRefused("must be a list", "retryableStatusCodes", "UNAVAILABLE");
    assertPolicyRefused("doesn't heed: perAttemptRecvTimeout", "perAttemptRecvTimeout", "1s");
    assertPolicyRefused("doesn't heed: max_attempts", "max_attempts", 3.0);
    for (String part : POLICY.keySet()) {
      Map<String, Object> without = new HashMap<>(POLICY);
      without.remove(part);
      assertRefused(
          part, () -> RetryServiceConfig.check(config(entry("/", "retryPolicy", without))));
    }
    assertRefused(
        "hedgingDelay must be a text",
        () ->
            RetryServiceConfig.check(
                config(entry("/", "hedgingPolicy", with(HEDGING, "hedgingDelay", "5ms")))));
    assertRefused(
        "no code of a failure",
        () ->
            RetryServiceConfig.check(
                config(
                    entry(
                        "/",
                        "hedgingPolicy",
                        with(HEDGING, "nonFatalStatusCodes", List.of("aborted"))))));
  }

  @Test
  void check_entriesThatGrpcWouldRefuseOrIgnore_areRefused() {
    Map<String, ?> entry = entry(SERVICE_WIDE, "retryPolicy", POLICY);
    String path = SERVICE_WIDE + "Charge";
    assertRefused("two method configs are for " + SERVICE_WIDE, () -> check(config(entry, entry)));
    assertRefused(
        "two method configs are for " + path,
        () -> check(config(entry(path, "retryPolicy", POLICY), entry(path, "timeout", "1s"))));
    assertRefused(
        "two method configs are for /",
        () -> check(config(entry("/", "timeout", "1s"), entry("/", "timeout", "2s"))));
    assertRefused("has no name", () -> check(config(Map.of("retryPolicy", POLICY))));
    assertRefused(
        "has no name", () -> check(config(Map.of("name", List.of(), "retryPolicy", POLICY))));
    assertRefused(
        "doesn't heed: retry_policy", () -> check(config(with(entry, "retry_policy", 1))));
    assertRefused("doesn't heed: method_config", () -> check(Map.of("method_config", List.of())));
    assertRefused(
        "no service",
        () -> check(config(Map.of("name", List.of(Map.of("method", "Charge")), "timeout", "1s"))));
    assertRefused("waitForReady", () -> check(config(with(entry, "waitForReady", "true"))));
    assertRefused("timeout must be", () -> check(config(with(entry, "timeout", "500ms"))));
    assertRefused("0 or more", () -> check(config(with(entry, "maxResponseMessageBytes", -1.0))));
    Map<String, ?> throttling = Map.of("maxTokens", 10.0, "tokenRatio", 0.0);
    assertRefused("tokenRatio must be", () -> check(Map.of("retryThrottling", throttling)));
    assertRefused(
        "tokenRatio must be", () -> check(Map.of("retryThrottling", Map.of("maxTokens", 10.0))));
  }

  private static Map<String, ?> check(Map<String, ?> config) {
    return RetryServiceConfig.check(config, PAYMENT);
  }

  private static void assertPolicyRefused(String why, String key, Object value) {
    assertRefused(why, () -> check(config(entry("/", "retryPolicy", with(POLICY, key, value)))));
  }

  private static Map<String, ?> with(Map<String, ?> map, String key, Object value) {
    Map<String, Object> changed = new HashMap<>(map);
    changed.put(key, value);
    return changed;
  }

  @Test
  void policies_refusePartsThatMakeNoSense() {
    RetryPolicy retry = RetryPolicy.standard();
    assertRefused("2 attempts and more", () -> retry.withMaxAttempts(1));
    assertRefused("above 0", () -> retry.withBackoff(Duration.ZERO, Duration.ofSeconds(1)));
    assertRefused("above 0", () -> retry.withBackoff(Duration.ofSeconds(1), Duration.ZERO));
    assertRefused("maxBackoff", () -> retry.withBackoff(Duration.ofSeconds(1), Duration.ofDays(2)));
    assertRefused("needs a retryable code", () -> retry.withRetryableCodes(Set.of()));
    assertRefused("OK", () -> retry.withRetryableCodes(Set.of(Status.Code.OK)));
    assertRefused("delay must be", () -> HedgingPolicy.after(Duration.ofNanos(-1)));
    HedgingPolicy hedging = HedgingPolicy.after(Duration.ZERO);
    assertRefused("2 attempts and more", () -> hedging.withMaxAttempts(1));
    assertRefused("OK", () -> hedging.withNonFatalCodes(Set.of(Status.Code.OK)));
    assertRefused("must be 2 or more", () -> new ChannelLimits(1, 5, 1));
    assertRefused("must be 2 or more", () -> new ChannelLimits(5, 1, 1));
    assertRefused("retryBufferBytes must be", () -> new ChannelLimits(5, 5, 1000, 999));
    assertRefused("perRpcBufferBytes above 0", () -> new ChannelLimits(5, 5, 0));
    var builder = RetryServiceConfig.newBuilder();
    assertRefused("throttling needs", () -> builder.throttling(1001, 1));
    assertRefused("throttling needs", () -> builder.throttling(10, 0));
    assertRefused("throttling needs", () -> builder.throttling(10, 0.0009));
    assertRefused("throttling needs", () -> builder.throttling(0.0009, 1));
    assertRefused("requests must be allowed", () -> builder.maxRequestBytes(0));
  }

  private static Map<String, ?> config(Map<?, ?>... entries) {
    return Map.of("methodConfig", List.of(entries));
  }

  private static Map<String, ?> entry(String path, String policy, Object parts) {
    return Map.of("name", List.of(path(path)), policy, parts);
  }

  /** {@code service/method}, {@code service/} or {@code /} as a service config spells it. */
  private static Map<String, ?> path(String path) {
    int slash = path.indexOf('/');
    String service = path.substring(0, slash);
    String method = path.substring(slash + 1);
    return service.isEmpty()
        ? Map.of()
        : method.isEmpty()
            ? Map.of("service", service)
            : Map.of("service", service, "method", method);
  }

  private static void assertRefused(String why, Executable action) {
    var refusal = assertThrows(IllegalArgumentException.class, action);
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }
}
