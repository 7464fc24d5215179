package io.github.grpconce.server;

import io.github.grpconce.IdempotencyHeaders;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A call that a client has opened, without any transport, so that there can be thousands. It tells
 * the guard what gRPC would, and keeps what it is answered with.
 */
public final class OpenCall<ReqT, RespT> extends ServerCall<ReqT, RespT> {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final MethodDescriptor<ReqT, RespT> method;
  private final CompletableFuture<Status> status = new CompletableFuture<>();
  private final AtomicReference<Metadata> headers = new AtomicReference<>();
  private final AtomicReference<Metadata> trailers = new AtomicReference<>();
  private final List<RespT> answers = new CopyOnWriteArrayList<>();
  private final AtomicInteger requested = new AtomicInteger();
  private final AtomicInteger closes = new AtomicInteger();
  private Listener<ReqT> listener;
  private Runnable settle = () -> {};

  private OpenCall(MethodDescriptor<ReqT, RespT> method) {
    this.method = method;
  }

  /** A call that no guard has been told of. */
  public static <ReqT, RespT> OpenCall<ReqT, RespT> unguarded(
      MethodDescriptor<ReqT, RespT> method) {
    return new OpenCall<>(method);
  }

  @SuppressWarnings("unchecked") // The method's own handler.
  static <ReqT, RespT> OpenCall<ReqT, RespT> open(
      IdempotencyServerInterceptor guard,
      ServerServiceDefinition service,
      MethodDescriptor<ReqT, RespT> method,
      Metadata headers) {
    OpenCall<ReqT, RespT> call = new OpenCall<>(method);
    ServerCallHandler<ReqT, RespT> handler =
        ((ServerMethodDefinition<ReqT, RespT>) service.getMethod(method.getFullMethodName()))
            .getServerCallHandler();
    call.listener = guard.interceptCall(call, headers, handler);
    return call;
  }

  OpenCall<ReqT, RespT> send(ReqT message) {
    listener.onMessage(message);
    return this;
  }

  OpenCall<ReqT, RespT> halfClose() {
    listener.onHalfClose();
    settle.run();
    return this;
  }

  /** From now on, all that the client does is followed by what this does. */
  OpenCall<ReqT, RespT> thenEach(Runnable whatFollows) {
    settle = whatFollows;
    return this;
  }

  /** The client goes, or gRPC has sent its answer. */
  void end() {
    if (!status.isDone()) {
      listener.onCancel();
    } else {
      listener.onComplete();
    }
    settle.run();
  }

  public boolean isAnswered() {
    return status.isDone();
  }

  /** The answer's; a cluster's watches, which it may wait for, fire on other threads. */
  private Status status() {
    return status.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** What a client would make of the answer, if it was no success. */
  Throwable failure() {
    return status().asRuntimeException(trailers.get());
  }

  public Status.Code code() {
    return status().getCode();
  }

  /** The last message that it was answered with. */
  RespT answer() {
    return answers.isEmpty() ? null : answers.get(answers.size() - 1);
  }

  /** All messages that it was answered with. */
  List<RespT> answers() {
    return answers;
  }

  /** Whether the answer says that it comes from the record. */
  boolean isReplayed() {
    Metadata marked = status().isOk() ? headers.get() : trailers.get();
    return marked.containsKey(IdempotencyHeaders.REPLAYED);
  }

  /** How often the guard has tried to answer it. */
  public int closes() {
    return closes.get();
  }

  /** How many messages the guard was ready to take. */
  int requested() {
    return requested.get();
  }

  @Override
  public void request(int messages) {
    requested.addAndGet(messages);
  }

  @Override
  public void sendHeaders(Metadata theHeaders) {
    headers.set(theHeaders);
  }

  @Override
  public void sendMessage(RespT message) {
    answers.add(message);
  }

  @Override
  public void close(Status theStatus, Metadata theTrailers) {
    closes.incrementAndGet();
    trailers.set(theTrailers);
    if (!status.complete(theStatus)) {
      throw new IllegalStateException("answered twice");
    }
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public MethodDescriptor<ReqT, RespT> getMethodDescriptor() {
    return method;
  }
}
