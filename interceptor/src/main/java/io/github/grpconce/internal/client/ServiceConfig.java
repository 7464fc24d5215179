package io.github.grpconce.internal.client;

import io.grpc.Status;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The words of gRPC's service config, and how its values are written and read. It is JSON: numbers
 * are doubles, durations are texts such as {@code 0.1s}.
 */
public final class ServiceConfig {

  public static final String METHOD_CONFIG = "methodConfig";
  public static final String NAME = "name";
  public static final String SERVICE = "service";
  public static final String METHOD = "method";
  public static final String RETRY_POLICY = "retryPolicy";
  public static final String HEDGING_POLICY = "hedgingPolicy";
  public static final String MAX_ATTEMPTS = "maxAttempts";
  static final String MAX_REQUEST_BYTES = "maxRequestMessageBytes";
  static final String RETRY_THROTTLING = "retryThrottling";
  public static final String WAIT_FOR_READY = "waitForReady";

  private ServiceConfig() {}

  /** Writes a duration; at most a day, whose nanoseconds fit. */
  public static String seconds(Duration duration) {
    BigDecimal seconds = BigDecimal.valueOf(duration.toNanos(), 9);
    return seconds.stripTrailingZeros().toPlainString() + "s";
  }

  public static List<String> names(Set<Status.Code> codes) {
    return codes.stream().sorted().map(Status.Code::name).toList();
  }

  /** Returns the objects in a list; none if it is not there. */
  public static List<Map<?, ?>> objects(Map<?, ?> parent, String key) {
    if (!parent.containsKey(key)) {
      return List.of();
    }
    Object value = parent.get(key);
    if (!(value instanceof List<?> list)) {
      throw new IllegalArgumentException(key + " must be a list");
    }
    return list.stream().<Map<?, ?>>map(element -> object(element, key)).toList();
  }

  public static @Nullable Map<?, ?> object(Map<?, ?> parent, String key) {
    return parent.containsKey(key) ? object(parent.get(key), key) : null;
  }

  private static Map<?, ?> object(@Nullable Object value, String key) {
    if (value instanceof Map<?, ?> object) {
      return object;
    }
    throw new IllegalArgumentException(key + " must hold an object");
  }

  /** What an entry is for: service/method, service/ for all of its methods, or / for everything. */
  static String path(Map<?, ?> name) {
    return text(name, SERVICE) + "/" + text(name, METHOD);
  }

  private static String text(Map<?, ?> parent, String key) {
    if (!parent.containsKey(key)) {
      return "";
    }
    if (parent.get(key) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(key + " must be a text");
  }

  /** Returns a number, which gRPC also takes as a text; 0 if it is not there. */
  static double number(Map<?, ?> parent, String key) {
    Object value = parent.get(key);
    double number = value == null ? 0 : value instanceof Number n ? n.doubleValue() : parse(value);
    if (Double.isNaN(number)) {
      // It is neither above nor below any limit.
      throw new IllegalArgumentException(key + " must be a number");
    }
    return number;
  }

  private static double parse(Object value) {
    try {
      return Double.parseDouble(value.toString());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
