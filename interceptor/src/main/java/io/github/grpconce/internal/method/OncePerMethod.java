package io.github.grpconce.internal.method;

import com.google.common.collect.MapMaker;
import io.grpc.MethodDescriptor;
import java.util.concurrent.ConcurrentMap;

/** Keeps a warning from being repeated at every call of a method. Thread-safe. */
final class OncePerMethod {

  /** Weak, because a proxy may make a new descriptor for every call. */
  private final ConcurrentMap<MethodDescriptor<?, ?>, Boolean> seen =
      new MapMaker().weakKeys().makeMap();

  /** Whether this is asked for the first time of a method. */
  boolean isFirst(MethodDescriptor<?, ?> method) {
    return seen.putIfAbsent(method, true) == null;
  }
}
