package io.github.grpconce.internal.steps;

import com.apple.foundationdb.Transaction;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.github.grpconce.internal.answer.HandlerRefusedException;
import io.github.grpconce.internal.answer.Refusals;
import io.github.grpconce.internal.handler.CallerThread;
import io.github.grpconce.internal.handler.Continuations;
import io.github.grpconce.internal.handler.HandlerFuture;
import io.github.grpconce.internal.handler.HandlerSteps;
import io.github.grpconce.v1.Outcome;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.ReflectableMarshaller;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Steps as a handler has them: messages instead of bytes, blocking or not. Thread-safe. */
final class MessageSteps implements HandlerSteps {

  private final Steps steps;
  private final MethodDescriptor<?, ?> method;
  private final int maxResponseBytes;
  private final Continuations continuations;

  MessageSteps(
      Steps steps,
      MethodDescriptor<?, ?> method,
      int maxResponseBytes,
      Continuations continuations) {
    this.steps = steps;
    this.method = method;
    this.maxResponseBytes = maxResponseBytes;
    this.continuations = continuations;
  }

  @Override
  public <T extends MessageLite> T step(
      String label, Parser<T> results, Function<? super Transaction, ? extends T> work) {
    CallerThread here = new CallerThread();
    String type = ResultType.readBy(results);
    return parse(
        results,
        here.join(
            steps.step(
                label,
                type,
                transaction -> completed(bytes(work.apply(transaction), type)),
                here)));
  }

  @Override
  public void step(String label, Consumer<? super Transaction> work) {
    CallerThread here = new CallerThread();
    ByteString unused =
        here.join(
            steps.step(
                label,
                ResultType.NONE,
                transaction -> {
                  work.accept(transaction);
                  return completed(ByteString.EMPTY);
                },
                here));
  }

  @Override
  public <T extends MessageLite> CompletableFuture<T> stepAsync(
      String label,
      Parser<T> results,
      Function<? super Transaction, ? extends CompletableFuture<? extends T>> work) {
    String type = ResultType.readBy(results);
    return continuations.ofWork(
        steps
            .step(
                label,
                type,
                transaction ->
                    HandlerFuture.plain(returned(work.apply(transaction)))
                        .thenApply(result -> bytes(result, type)),
                Runnable::run)
            .thenApply(bytes -> parse(results, bytes)));
  }

  /** The answer is returned as the function made it: nobody else has ever finished this call. */
  @Override
  @SuppressWarnings("unchecked") // It is parsed as what the function returned.
  public <T extends MessageLite> T finish(
      String label, Function<? super Transaction, ? extends T> work) {
    requireOneResponse();
    CallerThread here = new CallerThread();
    ByteString bytes =
        here.join(
            steps.finish(
                label,
                transaction -> completed(checked(returned(work.apply(transaction))).toByteString()),
                here,
                MessageSteps::outcome));
    return (T) parsed(bytes);
  }

  @Override
  @SuppressWarnings("unchecked") // As above.
  public <T extends MessageLite> CompletableFuture<T> finishAsync(
      String label, Function<? super Transaction, ? extends CompletableFuture<? extends T>> work) {
    requireOneResponse();
    return continuations.ofWork(
        steps
            .finish(
                label,
                transaction ->
                    HandlerFuture.plain(returned(work.apply(transaction)))
                        .thenApply(made -> checked(made).toByteString()),
                Runnable::run,
                MessageSteps::outcome)
            .thenApply(bytes -> (T) parsed(bytes)));
  }

  private void requireOneResponse() {
    if (!method.getType().serverSendsOneMessage()) {
      throw new IllegalStateException(
          method.getFullMethodName() + " has a stream of responses: end it as any handler does");
    }
  }

  private Object parsed(ByteString answer) {
    return method.parseResponse(answer.newInput());
  }

  private MessageLite checked(MessageLite response) {
    if (method.getResponseMarshaller() instanceof ReflectableMarshaller<?> marshaller
        && !marshaller.getMessageClass().isInstance(response)) {
      throw new IllegalArgumentException(
          method.getFullMethodName() + " doesn't answer with a " + response.getClass().getName());
    }
    if (response.getSerializedSize() > maxResponseBytes) {
      throw new HandlerRefusedException(Refusals.responseTooLarge(maxResponseBytes));
    }
    return response;
  }

  private static ByteString bytes(@Nullable MessageLite result, String type) {
    return ResultType.checked(returned(result), type).toByteString();
  }

  private static <T> T returned(@Nullable T result) {
    return Objects.requireNonNull(result, "the function of a step returned null");
  }

  private static Outcome outcome(ByteString response) {
    return Outcome.newBuilder().addResponses(response).build();
  }

  private static CompletableFuture<ByteString> completed(ByteString bytes) {
    return CompletableFuture.completedFuture(bytes);
  }

  private static <T> T parse(Parser<T> results, ByteString bytes) {
    try {
      return results.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("a step's result is not of the type that is asked for", e);
    }
  }
}
