package io.github.grpconce.internal.content;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request says, without what may differ between its attempts: in a canonical form, less the
 * fields with the option {@code left_out_of_fingerprint} and the request ID's own field (AIP-155).
 * That is left out of the messages of a stream, too, although it names nothing there: a client may
 * fill it afresh at every attempt.
 *
 * <p>The form is protobuf's own, with fields by number at every level that is known. A field is
 * written in the same way whether the schema has it or not:
 *
 * <ul>
 *   <li>An explicit default counts as absent, also where the field has presence. Which member of a
 *       oneof is set counts, and whether there is a message.
 *   <li>A list's values are packed, however they were sent. A singular field's last value counts,
 *       and a message's parts are merged.
 *   <li>The entries of maps and the occurrences of an unknown field, which may be a map's, are
 *       sorted, and so are the values of lists of closed enums: a server that doesn't have one of
 *       the values has lost its place. Their order counts apart from the bytes ({@link
 *       CanonicalContent#order}).
 *   <li>What can't be known counts as it is: what is packed into an {@code Any}, and the bytes of
 *       an unknown field, even if they are a message.
 * </ul>
 *
 * <p>Clients in other languages, or with fields in another order, say the same. Immutable but for
 * the extensions that it meets, and thread-safe.
 */
public final class RequestContent {

  private final @Nullable ContentSchema schema;

  private RequestContent(@Nullable ContentSchema schema) {
    this.schema = schema;
  }

  /**
   * For requests of a type; looks through the type once.
   *
   * @param requestIdField the field that carries a request's ID, and so is none of its content;
   *     empty if there is none
   */
  public static RequestContent of(Descriptor type, String requestIdField) {
    return new RequestContent(ContentSchema.of(type, requestIdField));
  }

  /** For requests without a schema: nothing is left out, and they count as they are. */
  public static RequestContent whole() {
    return new RequestContent(null);
  }

  /** Returns the content of a request: equal for equal content, the order of lists included. */
  public byte[] serialise(MessageLite request) {
    CanonicalContent content = of(request, ContentView.OWN);
    return ByteBuffer.allocate(content.bytes().remaining() + Long.BYTES)
        .put(content.bytes())
        .putLong(content.order())
        .array();
  }

  /**
   * Returns the content of a request.
   *
   * @param view {@link ContentView#OWN}, unless it is compared with what another schema's server
   *     saw
   */
  public CanonicalContent of(MessageLite request, ContentView view) {
    if (schema == null) {
      return ofSerialised(deterministic(request), view);
    }
    if (request instanceof Message message) {
      schema.learnFrom(message);
    }
    return ofSerialised(request.toByteArray(), view);
  }

  /** Returns the content of a serialised request; bytes that are no message count as they are. */
  public CanonicalContent ofSerialised(byte[] request, ContentView view) {
    if (schema != null) {
      try {
        return new ContentReader(request, view).read(schema);
      } catch (WireFields.MalformedException e) {
        // Another marshaller's bytes, of which the schema says nothing.
      }
    }
    return new CanonicalContent(
        ByteBuffer.wrap(request), 0, ByteString.EMPTY, Set.of(), Set.of(), Set.of());
  }

  private static byte[] deterministic(MessageLite message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
    output.useDeterministicSerialization();
    try {
      message.writeTo(output);
    } catch (IOException e) {
      throw new UncheckedIOException("a message doesn't fit the size that it gave", e);
    }
    return bytes;
  }

  /** Whether all that is at a path is at one of others. */
  public static boolean covers(Set<ByteString> paths, ByteString path) {
    return ContentPath.covers(paths, path);
  }

  /** Whether something at a path, or within it, is at one of others. */
  public static boolean reaches(Set<ByteString> paths, ByteString path) {
    return covers(paths, path)
        || paths.stream().anyMatch(each -> each.startsWith(ContentPath.withoutZero(path)));
  }

  /** Whether a top-level field is at one of some paths. */
  public static boolean coversTopLevel(Set<ByteString> paths, int number) {
    return paths.contains(ContentPath.of(new int[0], 0, number));
  }

  /** Whether a path stands for a value of zero, or an empty one. */
  public static boolean isZero(ByteString path) {
    return ContentPath.isZero(path);
  }
}
