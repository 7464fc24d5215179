package io.github.grpconce.internal.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.github.grpconce.RequestIdField;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A call whose request may hold its ID: it is started only when the request is there, because the
 * ID goes into the headers, and those go first.
 *
 * <p>Until then, what is done with the call waits. {@code request} and {@code cancel} may come from
 * any thread, everything else from one at a time, as {@link ClientCall} says.
 *
 * <pre>
 * UNSTARTED --start--> HELD --sendMessage, halfClose, cancel--> STARTING --> STARTED
 * </pre>
 */
public final class MessageIdentifiedCall<ReqT, RespT> extends RequestIdCall<ReqT, RespT> {

  private enum State {
    UNSTARTED,
    HELD,
    STARTING,
    STARTED
  }

  /** What the caller started the call with. */
  private record Start<RespT>(Listener<RespT> listener, Metadata headers) {

    /** Leaves out the headers, which hold credentials, too. */
    @Override
    public String toString() {
      return "Start";
    }
  }

  private final RequestIdField field;
  private final IdChoice choice;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private State state = State.UNSTARTED;

  @GuardedBy("lock")
  private @Nullable Start<RespT> held;

  @GuardedBy("lock")
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  /**
   * Makes the call.
   *
   * @param field in which the request may hold its ID
   * @param choice decides between that ID and others
   */
  public MessageIdentifiedCall(
      ClientCall<ReqT, RespT> delegate, RequestIdField field, IdChoice choice) {
    super(delegate);
    this.field = field;
    this.choice = choice;
  }

  @Override
  public void start(Listener<RespT> listener, Metadata headers) {
    Metadata ownHeaders = copyOf(headers);
    synchronized (lock) {
      if (state != State.UNSTARTED) {
        throw new IllegalStateException("already started");
      }
      state = State.HELD;
      held = new Start<>(listener, ownHeaders);
    }
  }

  @Override
  public void sendMessage(ReqT message) {
    startIfHeld(field.textOf(message));
    whenStarted(() -> delegate().sendMessage(message));
  }

  @Override
  public void halfClose() {
    startIfHeld(Optional.empty());
    whenStarted(() -> delegate().halfClose());
  }

  @Override
  public void request(int numMessages) {
    if (numMessages < 0) {
      // Later it would be told to whoever starts the call, who has asked for nothing.
      throw new IllegalArgumentException("a negative number of messages: " + numMessages);
    }
    whenStarted(() -> delegate().request(numMessages));
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    whenStarted(() -> delegate().setMessageCompression(enabled));
  }

  /** One message is taken at once, started or not. */
  @Override
  public boolean isReady() {
    synchronized (lock) {
      if (state != State.STARTED) {
        return true;
      }
    }
    return delegate().isReady();
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    Start<RespT> start = takeHeld();
    if (start == null) {
      whenStarted(() -> delegate().cancel(message, cause));
      return;
    }
    Status status = Status.CANCELLED.withDescription(message).withCause(cause);
    end(start.listener(), status, new Metadata());
    runWaiting();
  }

  private void startIfHeld(Optional<String> inField) {
    Start<RespT> start = takeHeld();
    if (start == null) {
      return;
    }
    startWith(start, inField);
    runWaiting();
  }

  private void startWith(Start<RespT> start, Optional<String> inField) {
    Metadata headers = start.headers();
    try {
      Optional<RequestId> inHeaders = requestIdIn(headers);
      Optional<RequestId> id = inHeaders.map(choice::fixedTo).orElse(choice).of(inField);
      if (inHeaders.isEmpty()) {
        id.ifPresent(chosen -> headers.put(IdempotencyHeaders.REQUEST_ID, chosen.value()));
      }
    } catch (StatusRuntimeException refusal) {
      end(start.listener(), refusal);
      return;
    }
    delegate().start(start.listener(), headers);
  }

  private @Nullable Start<RespT> takeHeld() {
    synchronized (lock) {
      Start<RespT> start = held;
      if (start != null) {
        held = null;
        state = State.STARTING;
      }
      return start;
    }
  }

  private void whenStarted(Runnable action) {
    synchronized (lock) {
      if (state == State.HELD || state == State.STARTING) {
        waiting.add(action);
        return;
      }
    }
    action.run();
  }

  /**
   * Outside the lock: the real call may call its listener at once, and that may wait for others.
   */
  private void runWaiting() {
    while (true) {
      Runnable action;
      synchronized (lock) {
        action = waiting.poll();
        if (action == null) {
          state = State.STARTED;
          return;
        }
      }
      action.run();
    }
  }
}
