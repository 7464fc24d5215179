package io.github.grpconce.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A value of the call's that an interceptor above the guard keeps in a thread-local around each of
 * its events, as log contexts, tracing scopes and security contexts are kept.
 */
final class CallersValue implements ServerInterceptor {

  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("callers-value", Metadata.ASCII_STRING_MARSHALLER);

  private static final ThreadLocal<String> VALUE = new ThreadLocal<>();

  /** The current thread's; null for none. */
  static String here() {
    return VALUE.get();
  }

  /** Carries it to the handler as the README says. */
  static ContextCapture capture() {
    ContextSnapshotFactory snapshots =
        ContextSnapshotFactory.builder()
            .contextRegistry(new ContextRegistry().registerThreadLocalAccessor("value", VALUE))
            .clearMissing(true)
            .build();
    return () -> snapshots.captureAll()::wrap;
  }

  /** A stub whose calls have the value. */
  static <S extends AbstractStub<S>> S of(String value, S stub) {
    Metadata headers = new Metadata();
    headers.put(HEADER, value);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** Does something in a thread that has the value; null for none. */
  static void with(String value, Runnable task) {
    String before = VALUE.get();
    VALUE.set(value);
    try {
      task.run();
    } finally {
      VALUE.set(before);
    }
  }

  private static <T> T supplied(String value, Supplier<T> task) {
    AtomicReference<T> result = new AtomicReference<>();
    with(value, () -> result.set(task.get()));
    return result.get();
  }

  @Override
  public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
      ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
    String value = headers.get(HEADER);
    return new Around<>(value, supplied(value, () -> next.startCall(call, headers)));
  }

  private static final class Around<ReqT> extends SimpleForwardingServerCallListener<ReqT> {

    private final String value;

    Around(String value, ServerCall.Listener<ReqT> listener) {
      super(listener);
      this.value = value;
    }

    @Override
    public void onMessage(ReqT message) {
      with(value, () -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      with(value, super::onHalfClose);
    }

    @Override
    public void onCancel() {
      with(value, super::onCancel);
    }

    @Override
    public void onComplete() {
      with(value, super::onComplete);
    }

    @Override
    public void onReady() {
      with(value, super::onReady);
    }
  }
}
