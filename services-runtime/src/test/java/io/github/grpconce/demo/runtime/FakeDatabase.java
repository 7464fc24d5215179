package io.github.grpconce.demo.runtime;

import com.apple.foundationdb.Database;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;

/** A database of which a test decides how one method of it goes; everything else is refused. */
final class FakeDatabase {

  private FakeDatabase() {}

  static <T> Database with(String method, Supplier<T> result) {
    return (Database)
        Proxy.newProxyInstance(
            Database.class.getClassLoader(),
            new Class<?>[] {Database.class},
            (proxy, called, arguments) -> {
              if (!called.getName().equals(method)) {
                throw new InvocationTargetException(
                    new UnsupportedOperationException(called.getName()));
              }
              return result.get();
            });
  }
}
