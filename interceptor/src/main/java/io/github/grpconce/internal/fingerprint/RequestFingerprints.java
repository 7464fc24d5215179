package io.github.grpconce.internal.fingerprint;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MessageLite;
import io.github.grpconce.RequestIdField;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.content.FieldDigests;
import io.github.grpconce.internal.content.MalformedMessageException;
import io.github.grpconce.internal.content.NotesComparison;
import io.github.grpconce.internal.content.NotesFormat;
import io.github.grpconce.internal.content.RequestContent;
import io.github.grpconce.internal.content.SchemaNotes;
import io.github.grpconce.internal.fingerprint.PresentedRequest.ReadRequest;
import io.github.grpconce.v1.Fingerprint;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the fingerprints of one method's requests and compares them.
 *
 * <p>A fingerprint is a digest of the method and of the messages' {@link RequestContent}, with
 * {@link SchemaNotes} of how they were read. Who compares a request with it reads the request in
 * the same way, and so it doesn't matter which of the two servers knows more of the schema:
 *
 * <ul>
 *   <li>The same content matches, however it was sent: with fields or a map's entries in another
 *       order, explicit defaults, numbers packed or not. What either leaves out doesn't count.
 *   <li>What the server that recorded didn't know is digested apart, in 32 bits for each field. Its
 *       order doesn't count: it may be a map. A value of zero, or an empty one, counts as absent.
 *       If something within it is left out here, it doesn't count at all.
 *   <li>Within such a field everything else counts as it was sent: an explicit default, or whether
 *       numbers were packed.
 * </ul>
 *
 * <p>A request of so many parts that the notes take more than {@value NotesFormat#MAX_BYTES} bytes
 * has none. Its fingerprint covers all fields as they are, and matches where the same version of
 * the schema is known.
 *
 * <p>Immutable but for extensions that it meets, and thread-safe.
 */
public final class RequestFingerprints {

  /** How fingerprints are made today. */
  private static final int VERSION = 3;

  /** 128 bits: whoever looks for two requests with one fingerprint harms only himself. */
  private static final int DIGEST_BYTES = 16;

  private final PartsDigest method;
  private final @Nullable Descriptor type;
  private final RequestContent content;

  /** One way to read messages. */
  private interface Reader {
    RequestContent.Read read(List<byte[]> messages, RequestContent.Target target);
  }

  private RequestFingerprints(String method, @Nullable Descriptor type, RequestContent content) {
    this.method = new PartsDigest().add(method);
    this.type = type;
    this.content = content;
  }

  /**
   * Returns the fingerprints of requests of a protobuf type.
   *
   * @param method the name that stands for the method, see {@code Guard.identityOf}
   */
  public static RequestFingerprints of(String method, Descriptor type) {
    return of(method, type, RequestIdField.STANDARD);
  }

  /** As above, for requests that carry their ID in another field than the standard one. */
  public static RequestFingerprints of(String method, Descriptor type, RequestIdField requestId) {
    return new RequestFingerprints(method, type, RequestContent.of(type, requestId.name()));
  }

  /** Returns the fingerprints of requests without a schema: of their bytes. */
  public static RequestFingerprints ofBytes(String method) {
    return new RequestFingerprints(method, null, RequestContent.whole());
  }

  /** Returns the fingerprint of a request's messages, in order. */
  public Fingerprint of(List<? extends MessageLite> messages) {
    return own(bytesOf(messages)).fingerprint();
  }

  /** Returns a request's messages, in order, as they are compared. */
  public PresentedRequest presented(List<? extends MessageLite> messages) {
    return new PresentedRequest(
        own(bytesOf(messages)), recorded -> as(recorded, bytesOf(messages)));
  }

  /** Returns a request's messages, in order and serialised, as they are compared. */
  public PresentedRequest presentedSerialised(List<ByteString> messages) {
    List<byte[]> all = messages.stream().map(ByteString::toByteArray).toList();
    return new PresentedRequest(own(all), recorded -> as(recorded, all));
  }

  private List<byte[]> bytesOf(List<? extends MessageLite> messages) {
    return messages.size() == 1
        ? List.of(content.bytesOf(messages.get(0)))
        : messages.stream().map(content::bytesOf).toList();
  }

  private ReadRequest own(List<byte[]> messages) {
    try {
      ReadRequest own = read(messages, content::read);
      Optional<ByteString> notes = NotesFormat.encode(own.notes());
      if (notes.isEmpty()) {
        return withoutNotes(read(messages, content::readWhole));
      }
      return notes.get().isEmpty()
          ? own
          : new ReadRequest(
              own.fingerprint().toBuilder().setNotes(notes.get()).build(), own.notes());
    } catch (MalformedMessageException e) {
      return withoutNotes(read(messages, RequestContent::readBytes));
    }
  }

  private static ReadRequest withoutNotes(ReadRequest read) {
    return new ReadRequest(read.fingerprint(), notesOf(Fingerprint.getDefaultInstance()));
  }

  private ReadRequest as(SchemaNotes recorded, List<byte[]> messages) {
    try {
      return read(messages, (all, target) -> RequestContent.readAs(recorded, all, target));
    } catch (MalformedMessageException e) {
      return read(messages, RequestContent::readBytes);
    }
  }

  private ReadRequest read(List<byte[]> messages, Reader reader) {
    PartsDigest digest = method.copy();
    RequestContent.Read read = reader.read(messages, digest::addPiece);
    return new ReadRequest(
        Fingerprint.newBuilder()
            .setVersion(VERSION)
            .setDigest(digest.first(DIGEST_BYTES))
            .setFieldDigests(read.fieldDigests())
            .build(),
        read.notes());
  }

  /**
   * Returns whether a record's fingerprint is of the same content as a request.
   *
   * @throws UnreadableRecordException if it was made by another version, or is damaged: nobody can
   *     say then whether the request is the same
   */
  public boolean match(Fingerprint recorded, PresentedRequest presented) {
    if (recorded.getVersion() != VERSION) {
      throw new UnreadableRecordException(
          "a record's fingerprint has version "
              + recorded.getVersion()
              + "; this version understands "
              + VERSION);
    }
    SchemaNotes notes = notesOf(recorded);
    return matches(recorded, notes, presented.own(), presented)
        || matches(recorded, notes, presented.as(notes), presented);
  }

  private static boolean matches(
      Fingerprint recorded, SchemaNotes notes, ReadRequest read, PresentedRequest presented) {
    return recorded.getDigest().equals(read.fingerprint().getDigest())
        && NotesComparison.firstDifference(notes, read.notes(), presented.own().notes()).isEmpty();
  }

  static SchemaNotes notesOf(Fingerprint fingerprint) {
    try {
      return NotesFormat.decode(fingerprint.getNotes());
    } catch (IOException e) {
      throw new UnreadableRecordException("a record's fingerprint is damaged", e);
    }
  }

  /**
   * Returns the name of the first top-level field in which a request differs from a recorded one
   * that it doesn't match; empty if that isn't known, because there are several messages, no
   * schema, or a great many fields.
   */
  public Optional<String> firstDifference(Fingerprint recorded, PresentedRequest presented) {
    if (type == null) {
      return Optional.empty();
    }
    SchemaNotes notes = notesOf(recorded);
    ReadRequest read = presented.as(notes);
    OptionalInt number =
        IntStream.concat(
                differenceOfKnown(recorded, read).stream(),
                NotesComparison.firstDifference(notes, read.notes(), presented.own().notes())
                    .stream())
            .min();
    if (number.isEmpty()) {
      return Optional.empty();
    }
    FieldDescriptor field = type.findFieldByNumber(number.getAsInt());
    return Optional.of(field == null ? "#" + number.getAsInt() : field.getName());
  }

  private static OptionalInt differenceOfKnown(Fingerprint recorded, ReadRequest read) {
    try {
      return FieldDigests.firstDifference(
          recorded.getFieldDigests(), read.fingerprint().getFieldDigests());
    } catch (IOException e) {
      throw new UnreadableRecordException("a record's fingerprint is damaged", e);
    }
  }
}
