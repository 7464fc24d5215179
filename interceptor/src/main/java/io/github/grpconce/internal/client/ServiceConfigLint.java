package io.github.grpconce.internal.client;

import io.grpc.MethodDescriptor;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds in a service config what would run a call twice, or what would not do what it says. */
public final class ServiceConfigLint {

  private final RepeatableMethods methods;
  private final int maxRetryAttempts;
  private final int maxHedgedAttempts;
  private final long perRpcBufferBytes;
  private final int maxRequestBytes;

  /**
   * Makes the check of one channel's config.
   *
   * @param perRpcBufferBytes how large a call's requests may be to be attempted again
   * @param maxRequestBytes how large requests can get where the config doesn't say; 0 if unknown
   */
  public ServiceConfigLint(
      RepeatableMethods methods,
      int maxRetryAttempts,
      int maxHedgedAttempts,
      long perRpcBufferBytes,
      int maxRequestBytes) {
    this.methods = methods;
    this.maxRetryAttempts = maxRetryAttempts;
    this.maxHedgedAttempts = maxHedgedAttempts;
    this.perRpcBufferBytes = perRpcBufferBytes;
    this.maxRequestBytes = maxRequestBytes;
  }

  /**
   * Checks a service config.
   *
   * @throws IllegalArgumentException with the first thing that is wrong with it
   */
  public void check(Map<String, ?> config) {
    ServiceConfigForm.check(config);
    Map<String, Map<?, ?>> entries = new HashMap<>();
    for (Map<?, ?> entry : ServiceConfig.objects(config, ServiceConfig.METHOD_CONFIG)) {
      boolean attemptsAgain = checkPolicies(entry);
      for (Map<?, ?> name : ServiceConfig.objects(entry, ServiceConfig.NAME)) {
        String path = ServiceConfig.path(name);
        entries.put(path, entry);
        if (attemptsAgain) {
          requireKnown(path);
        }
      }
    }
    for (MethodDescriptor<?, ?> method : methods.all()) {
      if (!methods.isRepeatable(method) && attemptsAgain(entryOf(method, entries))) {
        throw new IllegalArgumentException(
            method.getFullMethodName()
                + " would be attempted again, but is neither guarded nor without side effects: guard"
                + " it, mark it NO_SIDE_EFFECTS, vouch for it (vouchFor), or name only others");
      }
    }
  }

  /** As gRPC does: the method's own entry, else its service's, else the one for everything. */
  private static @Nullable Map<?, ?> entryOf(
      MethodDescriptor<?, ?> method, Map<String, Map<?, ?>> entries) {
    Map<?, ?> own = entries.get(method.getFullMethodName());
    Map<?, ?> ofService = entries.get(method.getServiceName() + "/");
    return own != null ? own : ofService != null ? ofService : entries.get("/");
  }

  private static boolean attemptsAgain(@Nullable Map<?, ?> entry) {
    return entry != null
        && (entry.get(ServiceConfig.RETRY_POLICY) != null
            || entry.get(ServiceConfig.HEDGING_POLICY) != null);
  }

  /** Of what nobody has described, nobody can say that it may run twice. */
  private void requireKnown(String path) {
    Set<String> services =
        methods.all().stream().map(m -> m.getServiceName() + "/").collect(Collectors.toSet());
    if (!path.equals("/") && !services.contains(path) && !methods.isKnown(path)) {
      throw new IllegalArgumentException(
          path
              + " would be attempted again, but is not among the given services: add its descriptor");
    }
  }

  private boolean checkPolicies(Map<?, ?> entry) {
    Map<?, ?> retry = ServiceConfig.object(entry, ServiceConfig.RETRY_POLICY);
    Map<?, ?> hedging = ServiceConfig.object(entry, ServiceConfig.HEDGING_POLICY);
    if (retry != null && hedging != null) {
      throw new IllegalArgumentException(
          "a method config has both retryPolicy and hedgingPolicy; gRPC would fail its every call");
    }
    if (retry != null) {
      checkAttempts(retry, maxRetryAttempts, "maxRetryAttempts");
    }
    if (hedging != null) {
      checkAttempts(hedging, maxHedgedAttempts, "maxHedgedAttempts");
    }
    if (retry == null && hedging == null) {
      return false;
    }
    double ownMaximum = ServiceConfig.number(entry, ServiceConfig.MAX_REQUEST_BYTES);
    checkBuffer(ownMaximum == 0 ? maxRequestBytes : ownMaximum);
    return true;
  }

  private static void checkAttempts(Map<?, ?> policy, int limit, String option) {
    double attempts = ServiceConfig.number(policy, ServiceConfig.MAX_ATTEMPTS);
    if (attempts > limit) {
      throw new IllegalArgumentException(
          "%.0f attempts, but the channel stops after %d: raise its %s and say so"
              .formatted(attempts, limit, option));
    }
  }

  private void checkBuffer(double requestBytes) {
    if (requestBytes > perRpcBufferBytes) {
      throw new IllegalArgumentException(
          "requests of %.0f bytes, but the channel buffers %d for further attempts: raise its %s and"
                  .formatted(requestBytes, perRpcBufferBytes, "perRpcBufferLimit")
              + " say so");
    }
  }
}
