package io.github.grpconce.internal.attempt;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.github.grpconce.internal.fingerprint.PresentedRequest;
import io.github.grpconce.internal.method.CallMemory;
import io.github.grpconce.internal.method.GuardedMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The messages of one request, kept so that each execution can be given them.
 *
 * <p>Protobuf messages are immutable and shared by all executions; others are kept as they are
 * serialised and parsed afresh for each, because a handler may change them. Filled by one thread.
 */
public final class BufferedRequest<ReqT> {

  /** What came of another message. */
  public enum Added {
    YES,
    /** The request is larger than one may be. */
    TOO_LARGE,
    /** All requests together are. */
    NO_ROOM
  }

  private final GuardedMethod<ReqT, ?> method;
  private final int maxBytes;
  private final CallMemory.Share memory;
  private final List<ReqT> messages = new ArrayList<>();
  private final List<ByteString> serialised = new ArrayList<>();
  private long bytes;

  /**
   * Makes a request without messages.
   *
   * @param memory what its messages are counted in
   */
  public BufferedRequest(GuardedMethod<ReqT, ?> method, int maxBytes, CallMemory.Share memory) {
    this.method = method;
    this.maxBytes = maxBytes;
    this.memory = memory;
  }

  /** Adds the next message; unless the answer is YES, this request is of no further use. */
  public Added add(ReqT message) {
    int size;
    if (message instanceof MessageLite proto) {
      size = proto.getSerializedSize();
      messages.add(message);
    } else {
      ByteString content = GuardedMethod.bytes(method.descriptor().streamRequest(message));
      size = content.size();
      serialised.add(content);
    }
    bytes += cost(size);
    if (bytes > maxBytes) {
      return Added.TOO_LARGE;
    }
    return memory.grow(size + CallMemory.BYTES_OF_A_MESSAGE) ? Added.YES : Added.NO_ROOM;
  }

  /** Says that the messages aren't kept any longer. */
  public void letGo() {
    memory.release();
  }

  /** Empty messages take memory, too: they must not come without end. */
  public static int cost(int bytes) {
    return Math.max(1, bytes);
  }

  /** Returns the messages, for one execution to keep. */
  public List<ReqT> messages() {
    return serialised.isEmpty()
        ? List.copyOf(messages)
        : serialised.stream()
            .map(content -> method.descriptor().parseRequest(content.newInput()))
            .toList();
  }

  /** Returns the messages as they can be stored, and added again one by one. */
  public List<ByteString> serialised() {
    return serialised.isEmpty()
        ? messages.stream().map(message -> ((MessageLite) message).toByteString()).toList()
        : List.copyOf(serialised);
  }

  /** Returns the request ID in the request itself (AIP-155); a stream of messages has none. */
  public Optional<String> requestId() {
    return method.descriptor().getType().clientSendsOneMessage() && messages.size() == 1
        ? method.guard().requestIdField().textOf(messages.get(0))
        : Optional.empty();
  }

  /** Returns the request as it is compared with a recorded one. */
  PresentedRequest presented() {
    return serialised.isEmpty()
        ? method.fingerprints().presented(messages.stream().map(MessageLite.class::cast).toList())
        : method.fingerprints().presentedSerialised(List.copyOf(serialised));
  }
}
