package io.github.grpconce.internal.method;

import io.github.grpconce.internal.answer.LogLine;
import io.github.grpconce.internal.answer.Refusals;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.logging.Logger;

/**
 * What becomes of a call that was begun in STEPS mode where its method's guard has another mode
 * since: it is left to servers that can go on with it. Executed as a whole it would repeat the
 * steps that are done. Each method is logged once, because there may be no such server any more.
 *
 * <p>Thread-safe.
 */
public final class UnfinishedSteps {

  private static final Logger LOG = Logger.getLogger(UnfinishedSteps.class.getName());

  private final OncePerMethod logged = new OncePerMethod();

  /** Refuses an attempt of such a call. */
  public StatusRuntimeException refusal(MethodDescriptor<?, ?> method, Duration pushback) {
    if (logged.isFirst(method)) {
      LOG.warning(() -> LogLine.BEGUN_IN_STEPS.with(method.getFullMethodName()));
    }
    return Refusals.begunInSteps(pushback);
  }
}
