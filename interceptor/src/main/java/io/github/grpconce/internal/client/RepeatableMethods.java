package io.github.grpconce.internal.client;

import io.github.grpconce.Guard;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The methods that are called through a channel, and which of them may be called twice. */
public final class RepeatableMethods {

  private final Map<String, MethodDescriptor<?, ?>> methods = new LinkedHashMap<>();
  private final Set<String> repeatable = new LinkedHashSet<>();

  /**
   * Sorts the methods of some services.
   *
   * @param vouchedFor full names of methods that may be called twice though no descriptor says so
   * @throws IllegalArgumentException if a method has a guard that can't be kept
   */
  public RepeatableMethods(Collection<ServiceDescriptor> services, Set<String> vouchedFor) {
    for (ServiceDescriptor service : services) {
      for (MethodDescriptor<?, ?> method : service.getMethods()) {
        String name = method.getFullMethodName();
        methods.put(name, method);
        if (vouchedFor.contains(name) || Guard.of(method).isPresent() || Guard.isSafe(method)) {
          repeatable.add(name);
        }
      }
    }
  }

  public Collection<MethodDescriptor<?, ?>> all() {
    return methods.values();
  }

  boolean isKnown(String fullMethodName) {
    return methods.containsKey(fullMethodName);
  }

  public boolean isRepeatable(MethodDescriptor<?, ?> method) {
    return repeatable.contains(method.getFullMethodName());
  }
}
