package io.github.grpconce.testing;

import io.github.grpconce.testing.internal.link.Forwarding;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test as an extension sees it: its settings, and what it reports. */
final class FakeTest {

  private final Map<String, String> settings;
  private final Map<String, String> reported = new HashMap<>();
  private Optional<Throwable> failure = Optional.empty();

  FakeTest(Map<String, String> settings) {
    this.settings = settings;
  }

  FakeTest failing() {
    failure = Optional.of(new AssertionError("for some other reason"));
    return this;
  }

  Map<String, String> reported() {
    return reported;
  }

  ExtensionContext context() {
    return Forwarding.proxy(ExtensionContext.class, (proxy, method, args) -> invoke(method, args));
  }

  @SuppressWarnings("unchecked") // what the interface says of its second parameter
  private Object invoke(Method method, Object[] args) {
    return switch (method.getName()) {
      case "getConfigurationParameter" ->
          Optional.ofNullable(settings.get((String) args[0]))
              .map((Function<String, Object>) args[1]);
      case "publishReportEntry" -> reported.put((String) args[0], (String) args[1]);
      case "getExecutionException" -> failure;
      default -> throw new UnsupportedOperationException(method.toString());
    };
  }
}
