package io.github.grpconce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Stands around every test of this module, and fails those in which a request ID, or what a request
 * or a response says, gets into a log that is usually kept.
 */
public final class SecretsStayOutOfLogs implements BeforeEachCallback, AfterEachCallback {

  /** Time-bearing IDs, the tests' own one, and whose account their requests are about. */
  private static final Pattern SECRET =
      Pattern.compile(
          "\\p{XDigit}{8}-\\p{XDigit}{4}-[78]\\p{XDigit}{3}-\\p{XDigit}{4}-\\p{XDigit}{12}"
              + "|order-4711|alice");

  private static final ExtensionContext.Namespace OURS =
      ExtensionContext.Namespace.create(SecretsStayOutOfLogs.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(OURS).put(LogCapture.class, LogCapture.start());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    LogCapture capture = context.getStore(OURS).remove(LogCapture.class, LogCapture.class);
    capture.close();
    List<String> secrets =
        capture.seen().stream().filter(text -> SECRET.matcher(text).find()).toList();
    assertEquals(List.of(), secrets, "logged at INFO or above");
  }
}
