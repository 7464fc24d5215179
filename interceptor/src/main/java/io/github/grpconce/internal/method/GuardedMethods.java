package io.github.grpconce.internal.method;

import com.google.common.collect.MapMaker;
import io.github.grpconce.Guard;
import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.SeldomLog;
import io.github.grpconce.internal.fingerprint.RequestFingerprints;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.ReflectableMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.logging.Logger;

/** Knows which methods are guarded, and says once which are neither guarded nor safe. */
public final class GuardedMethods {

  private static final Logger LOG = Logger.getLogger(GuardedMethods.class.getName());

  private final Map<String, Optional<Guard>> overrides;
  private final SeldomLog log;
  private final boolean recovery;

  /** The full names of those that are guarded as parts of their services. */
  private final Set<String> registered = ConcurrentHashMap.newKeySet();

  /** By the names that stand for methods in identities: what their calls are answered with. */
  private final ConcurrentMap<String, String> responseTypes = new ConcurrentHashMap<>();

  /** Weak, because a proxy may make a new descriptor for every call. */
  private final ConcurrentMap<MethodDescriptor<?, ?>, Known> methods =
      new MapMaker().weakKeys().makeMap();

  /** Without the descriptor: the map would keep its own keys alive. */
  private record Known(Optional<Rules> rules, boolean safe) {

    boolean isExposed() {
      return rules.isEmpty() && !safe;
    }

    boolean isInSteps() {
      return rules.map(each -> each.guard().mode() == Guard.Mode.STEPS).orElse(false);
    }
  }

  private record Rules(Guard guard, RequestFingerprints fingerprints) {}

  /**
   * Knows the methods by their descriptors.
   *
   * @param overrides by full method name, what is to be said instead of the descriptor; empty for
   *     not guarded
   * @param recovery whether executions are to be resumed that nobody comes back for
   */
  public GuardedMethods(Map<String, Optional<Guard>> overrides, SeldomLog log, boolean recovery) {
    this.overrides = Map.copyOf(overrides);
    this.log = log;
    this.recovery = recovery;
  }

  /**
   * Returns what is known of a method; empty if it isn't guarded.
   *
   * @throws IllegalArgumentException if the method can't have the guard that it is given
   */
  public <ReqT, RespT> Optional<GuardedMethod<ReqT, RespT>> find(
      MethodDescriptor<ReqT, RespT> method) {
    return known(method)
        .rules()
        .map(rules -> new GuardedMethod<>(method, rules.guard(), rules.fingerprints()));
  }

  /** Returns whether a method is neither guarded nor safe. */
  public boolean isExposed(MethodDescriptor<?, ?> method) {
    return known(method).isExposed();
  }

  private Known known(MethodDescriptor<?, ?> method) {
    Known known = methods.get(method);
    if (known == null) {
      known = readAtFirstCall(method);
      if (methods.putIfAbsent(method, known) == null) {
        sayAtFirstCall(known, method.getFullMethodName());
      }
    }
    return known;
  }

  private Known readAtFirstCall(MethodDescriptor<?, ?> method) {
    try {
      return read(method);
    } catch (IllegalArgumentException e) {
      String name = method.getFullMethodName();
      log.say(LogLine.MISGUARDED, name, name, String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private void sayAtFirstCall(Known known, String name) {
    if (known.isExposed()) {
      logExposed(List.of(name));
    }
    if (recovery && known.isInSteps() && !registered.contains(name)) {
      log.say(LogLine.NOT_RESUMABLE, name);
    }
  }

  /** Reads all methods of a service at once, so that a mistake is found when a server starts. */
  public void check(ServerServiceDefinition service) {
    List<String> exposed = new ArrayList<>();
    boolean guarded = false;
    for (ServerMethodDefinition<?, ?> definition : service.getMethods()) {
      MethodDescriptor<?, ?> method = definition.getMethodDescriptor();
      Known known = methods.computeIfAbsent(method, this::read);
      registered.add(method.getFullMethodName());
      guarded |= known.rules().isPresent();
      if (known.isExposed()) {
        exposed.add(method.getFullMethodName());
      }
    }
    if (!guarded) {
      log.say(LogLine.NOTHING_GUARDED, service.getServiceDescriptor().getName());
    }
    if (!exposed.isEmpty()) {
      Collections.sort(exposed);
      logExposed(exposed);
    }
  }

  private Known read(MethodDescriptor<?, ?> method) {
    Optional<Guard> override = overrides.get(method.getFullMethodName());
    Optional<Guard> guard = override == null ? Guard.of(method) : override;
    return new Known(
        guard.map(
            g -> rules(unambiguous(executable(g.checkedFor(method), method), method), method)),
        Guard.isSafe(method));
  }

  private static Rules rules(Guard guard, MethodDescriptor<?, ?> method) {
    return new Rules(guard, GuardedMethod.fingerprintsOf(method, guard));
  }

  /** A long handler that could not be resumed would be left half done. */
  private static Guard executable(Guard guard, MethodDescriptor<?, ?> method) {
    if (guard.mode() == Guard.Mode.STEPS && !guard.requestIdRequired()) {
      throw new IllegalArgumentException(
          method.getFullMethodName()
              + " is guarded in STEPS mode, which needs a request ID: it can't be optional");
    }
    return guard;
  }

  /** Two methods that share an identity get each other's answers, as a renamed one shall. */
  private Guard unambiguous(Guard guard, MethodDescriptor<?, ?> method) {
    String identity = guard.identityOf(method);
    String type = responseType(method);
    String other = responseTypes.putIfAbsent(identity, type);
    if (other != null && !other.equals(type)) {
      throw new IllegalArgumentException(
          method.getFullMethodName()
              + " answers with "
              + type
              + ", but another method of the identity "
              + identity
              + " with "
              + other
              + ": they would get each other's answers");
    }
    return guard;
  }

  private static String responseType(MethodDescriptor<?, ?> method) {
    return method.getResponseMarshaller() instanceof ReflectableMarshaller<?> marshaller
        ? marshaller.getMessageClass().getName()
        : method.getResponseMarshaller().getClass().getName();
  }

  private static void logExposed(List<String> methods) {
    LOG.info(() -> LogLine.EXPOSED.with(String.join(", ", methods)));
  }
}
