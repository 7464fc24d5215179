package io.github.grpconce.testing.internal.link;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a transaction is asked: a method of its interface, with its arguments. */
public record Question(String method, List<Object> arguments) {

  static Question of(Method method, Object @Nullable [] args) {
    return new Question(method.getName(), args == null ? List.of() : Arrays.asList(args));
  }
}
