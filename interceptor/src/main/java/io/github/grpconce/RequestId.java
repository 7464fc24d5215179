package io.github.grpconce;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.github.grpconce.internal.content.RequestContent;
import io.github.grpconce.internal.id.DerivedId;
import io.github.grpconce.internal.id.RequestIdSyntax;
import io.github.grpconce.internal.id.TimeBearing;
import io.grpc.MethodDescriptor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The stable identifier of one logical operation: every attempt of it carries the same one.
 *
 * <p>There are two kinds. A <em>time-bearing</em> ID says when the operation was first tried, in
 * milliseconds since 1970: it is a UUID of version 7 (<a
 * href="https://www.rfc-editor.org/rfc/rfc9562">RFC 9562</a>), whose first 48 bits they are, or was
 * derived from one by {@link #child(String) child}. A server can tell from the ID alone that an
 * operation is too old for its record to be still there, and refuses it instead of executing it a
 * second time. Any other string, for example a business key, is <em>opaque</em>: the server forgets
 * it after its retention, and executes it again if it comes back after that.
 *
 * <p>UUIDs of all other versions are opaque, version 8 among them: what its bits mean is known to
 * whoever made it. The zero UUID is no ID: it is what a program holds that never set one.
 *
 * <p>Immutable and thread-safe. {@code RequestId.of(id.value()).equals(id)} holds for every ID.
 */
public final class RequestId {

  /** The most characters that an ID may have. Enough for four UUIDs; small enough for a header. */
  public static final int MAX_LENGTH = 255;

  private static final long OPAQUE = -1;

  private final String value;

  /** Milliseconds since 1970, or {@link #OPAQUE}. */
  private final long millis;

  private RequestId(String value) {
    this.value = TimeBearing.canonical(value);
    this.millis = TimeBearing.millis(this.value);
  }

  /**
   * Returns a new time-bearing ID: a UUID of version 7, with 74 random bits.
   *
   * <p>IDs made in the same millisecond are not ordered among themselves, and a clock that is set
   * back makes smaller ones: nothing here needs more than uniqueness.
   */
  public static RequestId random() {
    return random(Clock.systemUTC(), UUID::randomUUID);
  }

  /**
   * Returns a new time-bearing ID from the given sources.
   *
   * @param clock says when the operation is first tried; after 1970 and before the year 10889
   * @param randomness gives UUIDs such as those of {@link UUID#randomUUID}; the 74 bits that are
   *     neither time, version nor variant are taken from it
   */
  public static RequestId random(InstantSource clock, Supplier<UUID> randomness) {
    return new RequestId(TimeBearing.version7(clock.millis(), randomness.get()));
  }

  /**
   * Returns the ID that a caller, a header or a configuration spells so.
   *
   * <p>The quoted form of the IETF's {@code Idempotency-Key} header (a structured field's string,
   * RFC 9651) is unwrapped. A UUID is lower-cased: its spellings are one ID. Everything else is
   * taken as it is; 32 hexadecimal digits without hyphens are not known to be a UUID.
   *
   * @param text 1 to {@value #MAX_LENGTH} printable ASCII characters, which neither start nor end
   *     with a space: transports drop those. Not the zero UUID
   * @throws IllegalArgumentException if it is anything else; the message says what, without
   *     repeating the text
   */
  public static RequestId of(String text) {
    return new RequestId(RequestIdSyntax.parse(text));
  }

  /**
   * Returns an ID made of a request's content, for callers that can't keep one across their
   * attempts: equal content within the same window of time makes the same ID. Content is equal if
   * its canonical form is ({@link RequestContent}): neither the order of a map's entries nor an
   * explicit default makes a difference, the order of a list does.
   *
   * <p><strong>This guesses what a kept ID knows.</strong> Two operations of equal content within a
   * window become one, and the second gets the first one's answer. Two attempts on either side of a
   * window's end become two operations, however close they are. Callers of equal content meet
   * unless the server has a scope that tells them apart, or the content does. Keep an ID wherever
   * you can.
   *
   * <p>The ID is time-bearing; its time is the window's beginning. A window must therefore be well
   * below the server's retention, or its IDs expire before it is over.
   *
   * <p>A field {@code request_id} of the content doesn't count. Where a method's requests carry
   * their ID in another field, or have a {@code request_id} that is something else, use {@link
   * #ofContent(MethodDescriptor, Message, Duration, InstantSource)}.
   *
   * @param content all that tells one operation from another, less what may differ between its
   *     attempts (see {@link RequestContent}); the full name of its type counts, too
   * @param window how long equal content is the same operation; windows begin at multiples of it
   *     since 1970. At least a millisecond, and to the millisecond
   * @param clock says in which window it is now
   */
  public static RequestId ofContent(Message content, Duration window, InstantSource clock) {
    return ofContent(RequestIdField.STANDARD, content, window, clock);
  }

  /**
   * As {@link #ofContent(Message, Duration, InstantSource)}, for a request of a method: what
   * doesn't count is the field that the method's guard says its requests carry their ID in, if any.
   * Where that is {@code request_id}, both make the same ID.
   *
   * @param method the callee, with its descriptor in the schema, as generated stubs have it
   */
  public static RequestId ofContent(
      MethodDescriptor<?, ?> method, Message content, Duration window, InstantSource clock) {
    return ofContent(RequestIdField.of(method), content, window, clock);
  }

  private static RequestId ofContent(
      RequestIdField requestId, Message content, Duration window, InstantSource clock) {
    Descriptor type = content.getDescriptorForType();
    byte[] bytes = RequestContent.of(type, requestId.name()).serialise(content);
    return ofContent(type.getFullName(), bytes, window, clock);
  }

  /**
   * Returns an ID made of a request's content; read {@link #ofContent(Message, Duration,
   * InstantSource)} before you use it.
   */
  public static RequestId ofContent(byte[] content, Duration window, InstantSource clock) {
    return ofContent("", content, window, clock);
  }

  private static RequestId ofContent(
      String type, byte[] content, Duration window, InstantSource clock) {
    long length = window.toMillis();
    if (length < 1) {
      throw new IllegalArgumentException("a window must last a millisecond or more: " + window);
    }
    long begin = Math.floorDiv(clock.millis(), length) * length;
    return new RequestId(TimeBearing.derived(begin, DerivedId.ofContent(type, content, length)));
  }

  /**
   * Returns the ID of a call that this operation makes: always the same for the same arguments, and
   * different from every child of another ID, method, ordinal or label.
   *
   * <p>A time-bearing ID's child bears the parent's time; an opaque ID's child is opaque.
   *
   * <p>It is the child of this ID alone. Two callers, or two methods, that have the same ID have
   * the same children: within a handler, {@link GuardedExecution#child} tells them apart.
   *
   * @param method the callee's full method name
   * @param ordinal which of this operation's calls to that method it is, from 0
   */
  public RequestId child(String method, long ordinal) {
    if (ordinal < 0) {
      throw new IllegalArgumentException("an ordinal must not be negative: " + ordinal);
    }
    return derived(DerivedId.ofCall(value, method, ordinal));
  }

  /**
   * Returns the ID of a part of this operation that has a name; see {@link #child(String, long)}.
   *
   * @param label any non-empty text
   */
  public RequestId child(String label) {
    if (label.isEmpty()) {
      throw new IllegalArgumentException("a label must not be empty");
    }
    return derived(DerivedId.ofLabel(value, label));
  }

  /**
   * Returns what stands for one of the operations that have this ID, as the parent of the calls
   * that are made for it: two methods' equal IDs, or two callers', have no children in common.
   *
   * @param scope who is calling; empty if callers are not told apart
   * @param method what stands for it in the operation's identity
   */
  RequestId ofOperation(String scope, String method) {
    return derived(DerivedId.ofOperation(scope, method, value));
  }

  /** As above, and time-bearing, whether or not this ID is. */
  RequestId ofOperation(String scope, String method, Instant since) {
    return new RequestId(
        TimeBearing.derived(since.toEpochMilli(), DerivedId.ofOperation(scope, method, value)));
  }

  /** As above, and opaque, whether or not this ID is. */
  RequestId ofOperationWithoutTime(String scope, String method) {
    return new RequestId(DerivedId.ofOperation(scope, method, value));
  }

  /** Returns what stands for a named part of this operation, as the parent of its calls. */
  RequestId ofPart(String label) {
    return derived(DerivedId.ofPart(value, label));
  }

  private RequestId derived(String hash) {
    return new RequestId(millis == OPAQUE ? hash : TimeBearing.derived(millis, hash));
  }

  /** Returns when the operation was first tried, to the millisecond; empty if the ID is opaque. */
  public Optional<Instant> time() {
    return millis == OPAQUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /** Returns the ID as it is sent: 1 to {@value #MAX_LENGTH} printable ASCII characters. */
  public String value() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RequestId that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  /** Returns {@link #value()}. */
  @Override
  public String toString() {
    return value;
  }
}
