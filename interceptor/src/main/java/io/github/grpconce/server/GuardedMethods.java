package io.github.grpconce.server;

import com.google.common.collect.MapMaker;
import io.github.grpconce.Guard;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import java.util.logging.Logger;

/** Knows which methods are guarded, and says once which are neither guarded nor safe. */
final class GuardedMethods {

  private static final Logger LOG = Logger.getLogger(GuardedMethods.class.getName());

  private final Map<String, Optional<Guard>> overrides;

  /** Weak, because a proxy may make a new descriptor for every call. */
  private final ConcurrentMap<MethodDescriptor<?, ?>, Optional<GuardedMethod<?, ?>>> known =
      new MapMaker().weakKeys().makeMap();

  /**
   * Knows the methods by their descriptors.
   *
   * @param overrides by full method name, what is to be said instead of the descriptor; empty for
   *     not guarded
   */
  GuardedMethods(Map<String, Optional<Guard>> overrides) {
    this.overrides = Map.copyOf(overrides);
  }

  /**
   * Returns what is known of a method; empty if it isn't guarded.
   *
   * @throws IllegalArgumentException if the method can't have the guard that it is given
   */
  @SuppressWarnings("unchecked") // The key is the value's own descriptor.
  <ReqT, RespT> Optional<GuardedMethod<ReqT, RespT>> find(MethodDescriptor<ReqT, RespT> method) {
    Optional<GuardedMethod<?, ?>> found = known.get(method);
    if (found == null) {
      found = read(method);
      if (found.isEmpty() && !Guard.isSafe(method)) {
        logUnguarded(List.of(method.getFullMethodName()));
      }
      known.put(method, found);
    }
    return found.map(guarded -> (GuardedMethod<ReqT, RespT>) guarded);
  }

  /** Reads all methods of a service at once, so that a mistake is found when a server starts. */
  void check(ServerServiceDefinition service) {
    List<MethodDescriptor<?, ?>> unguarded =
        service.getMethods().stream()
            .<MethodDescriptor<?, ?>>map(ServerMethodDefinition::getMethodDescriptor)
            .filter(method -> known.computeIfAbsent(method, this::read).isEmpty())
            .filter(method -> !Guard.isSafe(method))
            .toList();
    if (!unguarded.isEmpty()) {
      logUnguarded(unguarded.stream().map(MethodDescriptor::getFullMethodName).sorted().toList());
    }
  }

  private Optional<GuardedMethod<?, ?>> read(MethodDescriptor<?, ?> method) {
    Optional<Guard> override = overrides.get(method.getFullMethodName());
    Optional<Guard> guard = override == null ? Guard.of(method) : override;
    return guard.map(g -> new GuardedMethod<>(method, executable(g.checkedFor(method), method)));
  }

  /** A mode that can't be kept is refused: the method would be guarded in another way. */
  private static Guard executable(Guard guard, MethodDescriptor<?, ?> method) {
    if (guard.mode() == Guard.Mode.STEPS) {
      throw new IllegalArgumentException(
          method.getFullMethodName() + " is guarded in STEPS mode, which servers don't have yet");
    }
    return guard;
  }

  private static void logUnguarded(List<String> methods) {
    LOG.info(
        () ->
            "neither guarded nor safe, so that a retry may take effect twice: "
                + String.join(", ", methods));
  }
}
