package io.github.grpconce.cleanroom;

import io.github.grpconce.cleanroom.ByteCode.Body;
import io.github.grpconce.cleanroom.ByteCode.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which methods lead to native code, from where.
 *
 * <p>A call through an interface leads to the methods of those classes only that somebody makes
 * objects of (rapid type analysis): whoever calls a {@code Transaction} of the embedded engine does
 * not call FoundationDB's own.
 */
final class CallGraph {
  private final ByteCode code;
  private final Predicate<Method> closed;
  private final Predicate<Method> asGoodAsNative;
  private final Map<Method, Set<Method>> calls = new LinkedHashMap<>();

  /** The classes that objects are made of, below each type that they are objects of. */
  private final Map<String, Set<String>> madeBelow = new HashMap<>();

  /**
   * The calls that begin in some classes.
   *
   * @param from where calls begin: in each method of these classes
   * @param closed methods that are not looked into
   * @param asGoodAsNative methods that count as native
   */
  CallGraph(
      ByteCode code,
      Predicate<String> from,
      Predicate<Method> closed,
      Predicate<Method> asGoodAsNative) {
    this.code = code;
    this.closed = closed;
    this.asGoodAsNative = asGoodAsNative;
    // Each object that is made can lead calls to further methods, which can make further objects.
    int typesBefore;
    do {
      typesBefore = typesMade();
      calls.clear();
      code.names().stream().filter(from).sorted().forEach(this::follow);
    } while (typesMade() > typesBefore);
  }

  private int typesMade() {
    return madeBelow.values().stream().mapToInt(Set::size).sum();
  }

  private void follow(String type) {
    for (Method root : code.methodsOf(type)) {
      Queue<Method> next = new ArrayDeque<>(List.of(root));
      while (!next.isEmpty()) {
        Method method = next.remove();
        if (!calls.containsKey(method)) {
          Set<Method> called = calledBy(method);
          calls.put(method, called);
          next.addAll(called);
        }
      }
    }
  }

  private Set<Method> calledBy(Method method) {
    Body body = code.body(method);
    if (body == null || closed.test(method)) {
      return Set.of();
    }
    body.made().forEach(this::make);
    Set<Method> called = new LinkedHashSet<>();
    body.exact().forEach(exact -> addFound(exact, called));
    for (Method dispatched : body.dispatched()) {
      addFound(dispatched, called);
      for (String type : madeBelow.getOrDefault(dispatched.type(), Set.of())) {
        addFound(dispatched.in(type), called);
      }
    }
    return called;
  }

  private void make(String type) {
    for (String parent : code.withParents(type)) {
      madeBelow.computeIfAbsent(parent, key -> new LinkedHashSet<>()).add(type);
    }
  }

  private void addFound(Method method, Set<Method> called) {
    if (method.name().equals(ByteCode.CLASS_INITIALIZER)) {
      // A class is initialized after its superclasses.
      code.withParents(method.type()).stream()
          .map(Method::initializerOf)
          .filter(initializer -> code.body(initializer) != null)
          .forEach(called::add);
      return;
    }
    Method found = code.find(method);
    called.add(found == null ? method : found);
  }

  /** The calls from classes of the one kind to such of the other that lead to native code. */
  List<String> callsToNativeCode(Predicate<String> from, Predicate<String> to) {
    Map<Method, Method> towardsNative = towardsNative();
    List<String> found = new ArrayList<>();
    calls.forEach(
        (caller, called) -> {
          for (Method method : called) {
            if (from.test(caller.type())
                && to.test(method.type())
                && towardsNative.containsKey(method)) {
              found.add(caller + " calls " + way(method, towardsNative));
            }
          }
        });
    return found;
  }

  private static String way(Method from, Map<Method, Method> towardsNative) {
    StringBuilder way = new StringBuilder(from.toString());
    for (Method at = from; !towardsNative.get(at).equals(at); at = towardsNative.get(at)) {
      way.append(" -> ").append(towardsNative.get(at));
    }
    return way.toString();
  }

  /**
   * For each method that leads to native code the next one on a shortest way; itself at the end.
   */
  private Map<Method, Method> towardsNative() {
    Map<Method, Set<Method>> callers = new HashMap<>();
    calls.forEach(
        (caller, called) ->
            called.forEach(
                method -> callers.computeIfAbsent(method, key -> new HashSet<>()).add(caller)));
    Map<Method, Method> next = new HashMap<>();
    Queue<Method> reached = new ArrayDeque<>();
    for (Method method : callers.keySet()) {
      if (isNative(method)) {
        next.put(method, method);
        reached.add(method);
      }
    }
    while (!reached.isEmpty()) {
      Method method = reached.remove();
      for (Method caller : callers.getOrDefault(method, Set.of())) {
        if (next.putIfAbsent(caller, method) == null) {
          reached.add(caller);
        }
      }
    }
    return next;
  }

  private boolean isNative(Method method) {
    Body body = code.body(method);
    return (body != null && body.isNative())
        || method.loadsLibrary()
        || asGoodAsNative.test(method);
  }
}
