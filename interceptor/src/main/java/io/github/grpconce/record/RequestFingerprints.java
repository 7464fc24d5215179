package io.github.grpconce.record;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MessageLite;
import io.github.grpconce.RequestContent;
import io.github.grpconce.v1.Fingerprint;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Makes the fingerprints of one method's requests and compares them.
 *
 * <p>A fingerprint is a digest of the method and of the messages' {@link RequestContent}. Immutable
 * and thread-safe.
 */
public final class RequestFingerprints {

  /** How fingerprints are made today. */
  private static final int VERSION = 1;

  /** 128 bits: whoever looks for two requests with one fingerprint harms only himself. */
  private static final int DIGEST_BYTES = 16;

  private final String method;
  private final @Nullable Descriptor type;
  private final RequestContent content;

  private RequestFingerprints(String method, @Nullable Descriptor type, RequestContent content) {
    this.method = method;
    this.type = type;
    this.content = content;
  }

  /**
   * Returns the fingerprints of requests of a protobuf type.
   *
   * @param method the name that stands for the method, see {@code Guard.identityOf}
   */
  public static RequestFingerprints of(String method, Descriptor type) {
    return new RequestFingerprints(method, type, RequestContent.of(type));
  }

  /** Returns the fingerprints of requests without a schema: of their bytes. */
  public static RequestFingerprints ofBytes(String method) {
    return new RequestFingerprints(method, null, RequestContent.whole());
  }

  /** Returns the fingerprint of a request's messages, in order. */
  public Fingerprint of(List<? extends MessageLite> messages) {
    return ofSerialised(messages.stream().<byte[]>map(content::serialise).toList());
  }

  /** Returns the fingerprint of a request's messages, as they are serialised. */
  public Fingerprint ofSerialised(List<byte[]> messages) {
    PartsDigest digest = new PartsDigest().add(method);
    messages.forEach(digest::add);
    Fingerprint.Builder fingerprint =
        Fingerprint.newBuilder().setVersion(VERSION).setDigest(digest.first(DIGEST_BYTES));
    if (type != null && messages.size() == 1) {
      fingerprint.setFieldDigests(FieldDigests.of(messages.get(0)));
    }
    return fingerprint.build();
  }

  /**
   * Returns whether two fingerprints are of the same content.
   *
   * @throws UnreadableRecordException if the recorded one was made by a newer version
   */
  public boolean match(Fingerprint recorded, Fingerprint presented) {
    if (recorded.getVersion() != VERSION) {
      throw new UnreadableRecordException(
          "a record's fingerprint has version "
              + recorded.getVersion()
              + "; this version understands "
              + VERSION);
    }
    return recorded.getDigest().equals(presented.getDigest());
  }

  /**
   * Returns the name of the first top-level field in which two requests differ; empty if that isn't
   * known, because there are several messages, no schema, or a great many fields.
   */
  public Optional<String> firstDifference(Fingerprint recorded, Fingerprint presented) {
    ByteString before = recorded.getFieldDigests();
    ByteString now = presented.getFieldDigests();
    OptionalInt number = FieldDigests.firstDifference(before, now);
    if (type == null || number.isEmpty()) {
      return Optional.empty();
    }
    FieldDescriptor field = type.findFieldByNumber(number.getAsInt());
    return Optional.of(field == null ? "#" + number.getAsInt() : field.getName());
  }
}
