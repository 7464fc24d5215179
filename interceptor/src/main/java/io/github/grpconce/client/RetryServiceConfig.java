package io.github.grpconce.client;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.grpconce.internal.client.RepeatableMethods;
import io.github.grpconce.internal.client.ServiceConfig;
import io.github.grpconce.internal.client.ServiceConfigLint;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The service config that makes gRPC attempt calls again, for guarded and safe methods only.
 *
 * <p>{@link #forServices} is all that most channels need. {@link #newBuilder} chooses policies, and
 * hedges. {@link #check} is for configs that were written by hand.
 *
 * <pre>{@code
 * RetryServiceConfig.newBuilder()
 *     .services(PaymentServiceGrpc.getServiceDescriptor())
 *     .policy(PaymentServiceGrpc.getGetAccountMethod(), HedgingPolicy.after(Duration.ofMillis(50)))
 *     .applyTo(channelBuilder);
 * }</pre>
 *
 * <p>A service config that comes with the name resolution (DNS TXT records, xDS) takes the place of
 * this one; {@code ManagedChannelBuilder.disableServiceConfigLookUp} keeps it out, which must not
 * be used on {@code xds:} targets (see {@link Builder#applyTo}). A channel of {@code
 * InProcessChannelBuilder} attempts again only after {@code enableRetry}.
 */
public final class RetryServiceConfig {

  private RetryServiceConfig() {}

  /**
   * Returns the config that retries these services' guarded and safe methods as {@link
   * RetryPolicy#standard} says, for {@link ManagedChannelBuilder#defaultServiceConfig}.
   *
   * <p>The channel's own limits hold, above all {@link ManagedChannelBuilder#retryBufferSize}: when
   * the requests of all calls under way exceed 16 MiB, further calls have one attempt. {@link
   * Builder#applyTo} sets it higher.
   *
   * @throws IllegalArgumentException if a method has a guard that can't be kept, or nothing of the
   *     services is guarded or safe, so that nothing would be retried
   */
  public static Map<String, ?> forServices(ServiceDescriptor... services) {
    return newBuilder().services(services).build();
  }

  /**
   * Checks a config that was written by hand, for a channel with the {@link ChannelLimits#STANDARD
   * standard limits}.
   *
   * @param config as for {@link ManagedChannelBuilder#defaultServiceConfig}
   * @param services all that are called through the channel
   * @return the config
   * @throws IllegalArgumentException if it would attempt again a method that is neither guarded nor
   *     safe, or one of another service; if it has both policies for a method, more attempts than
   *     the channel makes, or larger requests than the channel keeps for further attempts; or if
   *     gRPC would refuse or ignore any of it: an unknown key, a missing part or one of another
   *     type, a duration such as {@code 50ms}, a code that is none, one name twice
   */
  @CanIgnoreReturnValue
  public static Map<String, ?> check(Map<String, ?> config, ServiceDescriptor... services) {
    return newBuilder().services(services).check(config);
  }

  /** Returns a builder that knows no services yet. */
  public static Builder newBuilder() {
    return new Builder();
  }

  /** Builds or checks a config. Not thread-safe. */
  public static final class Builder {

    /** gRPC counts in thousandths, and drops the rest. */
    private static final double LEAST_TOKENS = 0.001;

    /** gRFC A6's. */
    private static final double MOST_TOKENS = 1000;

    private final List<ServiceDescriptor> services = new ArrayList<>();
    private final Set<String> vouchedFor = new HashSet<>();
    private final Map<String, AttemptPolicy> ownPolicies = new HashMap<>();
    private final Map<String, Object> config = new LinkedHashMap<>();
    private final Map<String, Object> methodOptions = new LinkedHashMap<>();
    private AttemptPolicy policy = RetryPolicy.standard();
    private ChannelLimits limits = ChannelLimits.APPLIED;
    private boolean lookUp;
    private int maxRequestBytes;

    private Builder() {}

    /** Adds services that are called through the channel. */
    @CanIgnoreReturnValue
    public Builder services(ServiceDescriptor... added) {
      services.addAll(Arrays.asList(added));
      return this;
    }

    /**
     * Says that a method may be called twice though its descriptor doesn't: because its server's
     * configuration guards it, or because it is idempotent in itself. What a descriptor calls
     * {@code IDEMPOTENT} needs this, too: a duplicate that comes late may undo what a later call
     * did.
     */
    @CanIgnoreReturnValue
    public Builder vouchFor(MethodDescriptor<?, ?> method) {
      vouchedFor.add(method.getFullMethodName());
      return this;
    }

    /** Sets the policy of all methods without one of their own; {@link RetryPolicy#standard}. */
    @CanIgnoreReturnValue
    public Builder policy(AttemptPolicy ofAll) {
      policy = ofAll;
      return this;
    }

    /** Sets the policy of one method. */
    @CanIgnoreReturnValue
    public Builder policy(MethodDescriptor<?, ?> method, AttemptPolicy ofMethod) {
      ownPolicies.put(method.getFullMethodName(), ofMethod);
      return this;
    }

    /**
     * Stops further attempts while too many fail (gRFC A6): each failure takes one token of {@code
     * maxTokens}, each success gives back {@code tokenRatio}, and below half there are none.
     * Without it, each call has its attempts whatever becomes of the others.
     *
     * @param maxTokens at least 0.001, at most 1000; three decimal places count
     * @param tokenRatio at least 0.001; three decimal places count
     */
    @CanIgnoreReturnValue
    public Builder throttling(double maxTokens, double tokenRatio) {
      if (!(maxTokens >= LEAST_TOKENS && maxTokens <= MOST_TOKENS && tokenRatio >= LEAST_TOKENS)) {
        throw new IllegalArgumentException(
            "throttling needs maxTokens from 0.001 to 1000, and a tokenRatio from 0.001");
      }
      config.put("retryThrottling", Map.of("maxTokens", maxTokens, "tokenRatio", tokenRatio));
      return this;
    }

    /**
     * Makes attempts wait for a connection, up to the call's deadline, instead of failing; without
     * a deadline, for ever. Like all of this, only of methods that may be called twice.
     */
    @CanIgnoreReturnValue
    public Builder waitForReady() {
      methodOptions.put(ServiceConfig.WAIT_FOR_READY, true);
      return this;
    }

    /**
     * Says how large requests can get, so that a channel that would not keep them for further
     * attempts is refused. It is not written into the config: gRPC's own limit on requests can
     * leave a blocking call waiting for ever.
     *
     * @param bytes of the serialised message; above 0
     */
    @CanIgnoreReturnValue
    public Builder maxRequestBytes(int bytes) {
      if (bytes <= 0) {
        throw new IllegalArgumentException("requests must be allowed some bytes, not " + bytes);
      }
      maxRequestBytes = bytes;
      return this;
    }

    /** Says what the channel was built to allow; {@link ChannelLimits#STANDARD}. */
    @CanIgnoreReturnValue
    public Builder limits(ChannelLimits ofChannel) {
      limits = ofChannel;
      return this;
    }

    /**
     * Returns the config, for {@link ManagedChannelBuilder#defaultServiceConfig}.
     *
     * @throws IllegalArgumentException as {@link RetryServiceConfig#check}, and if a method with a
     *     policy of its own belongs to no added service, or nothing would be attempted again
     */
    public Map<String, ?> build() {
      List<Map<String, ?>> entries = methodConfigs();
      if (entries.isEmpty()) {
        throw new IllegalArgumentException(
            "no method of the given services is guarded or without side effects, so that nothing"
                + " would be attempted again: guard one, mark it NO_SIDE_EFFECTS, or vouch for it"
                + " (vouchFor)");
      }
      Map<String, Object> result = new LinkedHashMap<>(config);
      result.put(ServiceConfig.METHOD_CONFIG, entries);
      return check(result);
    }

    /**
     * Builds the config and sets it on a channel, together with its limits and with retries
     * enabled, and keeps out configs of the name resolution, which nobody has checked, unless
     * {@link #keepLookUp} was called. On a target such as {@code xds:///payment} it must be: what
     * comes with that name resolution says where the calls go, and the channel can't do without.
     *
     * <p>Of all limits, the room for the requests of all calls is the one that isn't gRPC's own if
     * none are given ({@link #limits}): 128 MiB in place of 16.
     *
     * @throws IllegalArgumentException as {@link #build}
     */
    public void applyTo(ManagedChannelBuilder<?> channel) {
      channel
          .defaultServiceConfig(build())
          .enableRetry()
          .maxRetryAttempts(limits.maxRetryAttempts())
          .maxHedgedAttempts(limits.maxHedgedAttempts())
          .perRpcBufferLimit(limits.perRpcBufferBytes())
          .retryBufferSize(limits.retryBufferBytes());
      if (!lookUp) {
        channel.disableServiceConfigLookUp();
      }
    }

    /**
     * Lets a config that comes with the name resolution take this one's place. Nobody checks it:
     * whoever writes it may have unguarded methods attempted again. For {@code xds:} targets, whose
     * control plane has retry policies of its own.
     */
    @CanIgnoreReturnValue
    public Builder keepLookUp() {
      lookUp = true;
      return this;
    }

    /** Checks a config that was written by hand; see {@link RetryServiceConfig#check}. */
    @CanIgnoreReturnValue
    public Map<String, ?> check(Map<String, ?> written) {
      RepeatableMethods methods = new RepeatableMethods(services, vouchedFor);
      new ServiceConfigLint(
              methods,
              limits.maxRetryAttempts(),
              limits.maxHedgedAttempts(),
              limits.perRpcBufferBytes(),
              maxRequestBytes)
          .check(written);
      return written;
    }

    /** One entry per policy, and in it the names of its methods. */
    private List<Map<String, ?>> methodConfigs() {
      Map<AttemptPolicy, List<Map<String, ?>>> names = new LinkedHashMap<>();
      Set<String> unused = new HashSet<>(ownPolicies.keySet());
      RepeatableMethods methods = new RepeatableMethods(services, vouchedFor);
      for (MethodDescriptor<?, ?> method : methods.all()) {
        String fullName = method.getFullMethodName();
        if (unused.remove(fullName) || methods.isRepeatable(method)) {
          names
              .computeIfAbsent(ownPolicies.getOrDefault(fullName, policy), p -> new ArrayList<>())
              .add(nameOf(method));
        }
      }
      if (!unused.isEmpty()) {
        throw new IllegalArgumentException("policies for methods of unknown services: " + unused);
      }
      return names.entrySet().stream()
          .<Map<String, ?>>map(e -> entry(e.getKey(), e.getValue()))
          .toList();
    }

    private static Map<String, ?> nameOf(MethodDescriptor<?, ?> method) {
      return Map.of(
          ServiceConfig.SERVICE, String.valueOf(method.getServiceName()),
          ServiceConfig.METHOD, String.valueOf(method.getBareMethodName()));
    }

    private Map<String, ?> entry(AttemptPolicy ofMethods, List<Map<String, ?>> names) {
      Map<String, Object> entry = new LinkedHashMap<>(methodOptions);
      entry.put(ServiceConfig.NAME, names);
      if (ofMethods instanceof RetryPolicy retry) {
        entry.put(ServiceConfig.RETRY_POLICY, retry.inServiceConfig());
      } else if (ofMethods instanceof HedgingPolicy hedging) {
        entry.put(ServiceConfig.HEDGING_POLICY, hedging.inServiceConfig());
      }
      return entry;
    }
  }
}
