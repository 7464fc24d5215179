package io.github.grpconce.internal.client;

import io.grpc.Status;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The form of a service config: what gRPC for Java takes, and heeds. It refuses some mistakes only
 * when the channel is built, and passes over others, above all keys that it doesn't know; then
 * calls have one attempt, and nobody is told.
 */
final class ServiceConfigForm {

  private static final Set<String> CONFIG =
      Set.of(
          ServiceConfig.METHOD_CONFIG,
          ServiceConfig.RETRY_THROTTLING,
          "loadBalancingConfig",
          "loadBalancingPolicy",
          "healthCheckConfig");

  private static final Set<String> ENTRY =
      Set.of(
          ServiceConfig.NAME,
          ServiceConfig.RETRY_POLICY,
          ServiceConfig.HEDGING_POLICY,
          ServiceConfig.MAX_REQUEST_BYTES,
          ServiceConfig.WAIT_FOR_READY,
          "maxResponseMessageBytes",
          "timeout");

  private static final Set<String> PATH = Set.of(ServiceConfig.SERVICE, ServiceConfig.METHOD);

  /** Without perAttemptRecvTimeout, which gRPC for Java reads and does nothing with. */
  private static final Set<String> RETRY =
      Set.of(
          ServiceConfig.MAX_ATTEMPTS,
          "initialBackoff",
          "maxBackoff",
          "backoffMultiplier",
          "retryableStatusCodes");

  private static final Set<String> HEDGING =
      Set.of(ServiceConfig.MAX_ATTEMPTS, "hedgingDelay", "nonFatalStatusCodes");

  private static final Set<String> THROTTLING = Set.of("maxTokens", "tokenRatio");

  /** gRPC counts tokens in thousandths, and drops the rest. */
  private static final double LEAST_TOKENS = 0.001;

  /** Seconds, as protobuf's JSON spells them, up to three years. */
  private static final Pattern DURATION = Pattern.compile("\\d{1,8}(\\.\\d{1,9})?s");

  private static final Pattern NO_TIME = Pattern.compile("[0.]+s");

  private ServiceConfigForm() {}

  /**
   * Checks the form of a whole config.
   *
   * @throws IllegalArgumentException with the first thing that is wrong with it
   */
  static void check(Map<String, ?> config) {
    requireKeys(config, CONFIG, "a service config");
    Map<?, ?> throttling = ServiceConfig.object(config, ServiceConfig.RETRY_THROTTLING);
    if (throttling != null) {
      requireKeys(throttling, THROTTLING, ServiceConfig.RETRY_THROTTLING);
      for (String key : THROTTLING) {
        require(decimal(throttling, key) >= LEAST_TOKENS, key + " must be 0.001 or more");
      }
    }
    Set<String> paths = new HashSet<>();
    for (Map<?, ?> entry : ServiceConfig.objects(config, ServiceConfig.METHOD_CONFIG)) {
      checkEntry(entry, paths);
    }
  }

  private static void checkEntry(Map<?, ?> entry, Set<String> paths) {
    requireKeys(entry, ENTRY, ServiceConfig.METHOD_CONFIG);
    List<Map<?, ?>> names = ServiceConfig.objects(entry, ServiceConfig.NAME);
    require(!names.isEmpty(), "a method config has no name, so that it is for no method");
    for (Map<?, ?> name : names) {
      requireKeys(name, PATH, ServiceConfig.NAME);
      String path = ServiceConfig.path(name);
      require(
          path.equals("/") || !path.startsWith("/"),
          "a name has a method, but no service: " + path);
      require(paths.add(path), "two method configs are for " + path);
    }
    for (String key : List.of(ServiceConfig.MAX_REQUEST_BYTES, "maxResponseMessageBytes")) {
      require(!entry.containsKey(key) || integer(entry, key) >= 0, key + " must be 0 or more");
    }
    Object waits = entry.get(ServiceConfig.WAIT_FOR_READY);
    require(
        !entry.containsKey(ServiceConfig.WAIT_FOR_READY) || waits instanceof Boolean,
        "waitForReady must be true or false");
    if (entry.containsKey("timeout")) {
      requireDuration(entry, "timeout", false);
    }
    checkRetry(ServiceConfig.object(entry, ServiceConfig.RETRY_POLICY));
    checkHedging(ServiceConfig.object(entry, ServiceConfig.HEDGING_POLICY));
  }

  private static void checkRetry(@Nullable Map<?, ?> policy) {
    if (policy == null) {
      return;
    }
    requireKeys(policy, RETRY, ServiceConfig.RETRY_POLICY);
    checkAttempts(policy);
    requireDuration(policy, "initialBackoff", false);
    requireDuration(policy, "maxBackoff", false);
    require(decimal(policy, "backoffMultiplier") > 0, "backoffMultiplier must be above 0");
    require(codes(policy, "retryableStatusCodes") > 0, "retryableStatusCodes must not be empty");
  }

  private static void checkHedging(@Nullable Map<?, ?> policy) {
    if (policy == null) {
      return;
    }
    requireKeys(policy, HEDGING, ServiceConfig.HEDGING_POLICY);
    checkAttempts(policy);
    requireDuration(policy, "hedgingDelay", true);
    if (policy.containsKey("nonFatalStatusCodes")) {
      var unused = codes(policy, "nonFatalStatusCodes");
    }
  }

  private static void checkAttempts(Map<?, ?> policy) {
    require(
        integer(policy, ServiceConfig.MAX_ATTEMPTS) >= 2,
        "maxAttempts must be 2 or more: one attempt is what a call has without a policy");
  }

  private static void requireKeys(Map<?, ?> object, Set<String> known, String where) {
    for (Object key : object.keySet()) {
      require(
          key instanceof String text && known.contains(text),
          where + " has a key that gRPC doesn't heed: " + key + "; it heeds " + known);
    }
  }

  private static void requireDuration(Map<?, ?> object, String key, boolean mayBeZero) {
    require(
        object.get(key) instanceof String text
            && DURATION.matcher(text).matches()
            && (mayBeZero || !NO_TIME.matcher(text).matches()),
        key
            + " must be a text of seconds, such as 0.05s or 2s"
            + (mayBeZero ? "" : ", and above 0"));
  }

  private static int integer(Map<?, ?> object, String key) {
    double number = decimal(object, key);
    // gRPC's JSON numbers are doubles; a text it reads as an integer, without a point.
    boolean whole =
        object.get(key) instanceof String text ? text.matches("-?\\d+") : number == (int) number;
    require(whole && number == (int) number, key + " must be a whole number");
    return (int) number;
  }

  private static double decimal(Map<?, ?> object, String key) {
    Object value = object.get(key);
    require(value instanceof Number || value instanceof String, key + " must be a number");
    double number = ServiceConfig.number(object, key);
    require(Double.isFinite(number), key + " must be a number");
    return number;
  }

  /** Returns how many codes there are. */
  private static int codes(Map<?, ?> policy, String key) {
    if (!(policy.get(key) instanceof List<?> codes)) {
      throw new IllegalArgumentException(key + " must be a list");
    }
    for (Object code : codes) {
      require(
          isFailure(code),
          key + " has " + code + ", which is no code of a failure, such as \"UNAVAILABLE\" or 14");
    }
    return codes.size();
  }

  private static boolean isFailure(@Nullable Object code) {
    for (Status.Code known : Status.Code.values()) {
      boolean meant =
          code instanceof Number number
              ? number.doubleValue() == known.value()
              : known.name().equals(code);
      if (meant) {
        return known != Status.Code.OK;
      }
    }
    return false;
  }

  private static void require(boolean condition, String complaint) {
    if (!condition) {
      throw new IllegalArgumentException(complaint);
    }
  }
}
