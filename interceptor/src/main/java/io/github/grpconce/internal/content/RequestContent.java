package io.github.grpconce.internal.content;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request says, without what may differ between its attempts: in a canonical form, less the
 * fields with the option {@code left_out_of_fingerprint} and the request ID's own field (AIP-155).
 * That is left out of the messages of a stream, too, although it names nothing there: a client may
 * fill it afresh at every attempt.
 *
 * <p>The form has the fields by number at every level that is known, each as a tag, a length and a
 * value; messages begin with a tag and have an end ({@link CanonicalOutput}):
 *
 * <ul>
 *   <li>An explicit default counts as absent, also where the field has presence. Which member of a
 *       oneof is set counts, and whether there is a message.
 *   <li>A list's numbers are packed, however they were sent, and one number is a list of one. A
 *       singular field's last value counts, and a message's parts are merged.
 *   <li>A map's entries are in the order of their keys, and the last one of a key counts.
 *   <li>The values of lists of closed enums are sorted: a server that doesn't have one of them has
 *       lost its place. Their order counts apart from the form ({@link SchemaNotes}).
 *   <li>What can't be known counts as it is: what is packed into an {@code Any}.
 * </ul>
 *
 * <p>Clients in other languages, or with fields in another order, say the same. Immutable but for
 * the extensions that it meets, and thread-safe.
 */
public final class RequestContent {

  /**
   * What came of a reading.
   *
   * @param fieldDigests of the first top-level fields, see {@link FieldDigests}
   * @param notes what of the schema mattered
   */
  public record Read(ByteString fieldDigests, SchemaNotes notes) {}

  /** Where a canonical form goes, piece by piece. */
  public interface Target extends CanonicalOutput.Target {}

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

  /**
   * Returns the content of a request as one piece: equal for equal content, the order of lists
   * included. Fields that the schema doesn't have are in it as they are.
   */
  public byte[] serialise(MessageLite request) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    Read read = readWhole(List.of(bytesOf(request)), content::write);
    return ByteBuffer.allocate(content.size() + Integer.BYTES)
        .put(content.toByteArray())
        .putInt(order(read.notes(), 0))
        .array();
  }

  private static int order(SchemaNotes notes, int before) {
    int order = notes.is(SchemaNotes.SORTED) ? before * 31 + notes.digest() : before;
    for (SchemaNotes each : notes.below()) {
      order = order(each, order);
    }
    return order;
  }

  /** Returns a message's bytes, to be read. */
  public byte[] bytesOf(MessageLite message) {
    if (schema == null) {
      return deterministic(message);
    }
    if (message instanceof Message full) {
      schema.learnFrom(full);
    }
    return message.toByteArray();
  }

  /**
   * Reads a request's messages as the schema says, less the fields that it doesn't have: they are
   * digested apart, in the notes.
   *
   * @throws MalformedMessageException if the bytes are no messages; some have been written by then
   */
  public Read read(List<byte[]> messages, Target target) {
    return read(messages, schema, FieldRule.UNKNOWN, target);
  }

  /** As above, with the fields that the schema doesn't have as they are. */
  public Read readWhole(List<byte[]> messages, Target target) {
    return read(messages, schema, FieldRule.PLAIN, target);
  }

  /** Reads a request's messages as a server did that has taken these notes. */
  public static Read readAs(SchemaNotes recorded, List<byte[]> messages, Target target) {
    return read(messages, recorded, FieldRule.PLAIN, target);
  }

  /** Reads a request's messages as bytes. */
  public static Read readBytes(List<byte[]> messages, Target target) {
    return read(messages, null, FieldRule.PLAIN, target);
  }

  private static Read read(
      List<byte[]> messages, @Nullable MessageRules rules, FieldRule ofUnknown, Target target) {
    int expected = messages.isEmpty() ? 0 : messages.get(0).length;
    CanonicalOutput out = new CanonicalOutput(target, expected + expected / 8);
    ContentReader reader = new ContentReader(out, ofUnknown);
    for (byte[] each : messages) {
      if (rules == null) {
        out.value(0, each, 0, each.length);
      } else {
        reader.read(each, rules);
      }
    }
    out.flush();
    return new Read(
        messages.size() == 1 ? reader.fieldDigests() : ByteString.EMPTY, reader.notes());
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
}
