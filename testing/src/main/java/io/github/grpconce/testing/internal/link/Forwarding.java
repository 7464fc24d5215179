package io.github.grpconce.testing.internal.link;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Objects that stand before others. They are proxies, because nearly all of FoundationDB's many
 * methods are to be treated alike.
 */
public final class Forwarding {

  private Forwarding() {}

  /** Returns an object of an interface, all of whose methods the handler answers. */
  public static <T> T proxy(Class<T> type, InvocationHandler handler) {
    ClassLoader loader = Forwarding.class.getClassLoader();
    return type.cast(Proxy.newProxyInstance(loader, new Class<?>[] {type}, handler));
  }

  /** Calls a method as if there were no proxy. */
  public static @Nullable Object call(Method method, Object target, Object @Nullable [] args)
      throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
