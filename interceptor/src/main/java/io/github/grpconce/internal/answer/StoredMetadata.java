package io.github.grpconce.internal.answer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import io.github.grpconce.v1.Metadatum;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Metadata as a record keeps it: without what belongs to one attempt's transport. */
public final class StoredMetadata {

  private static final Set<String> OF_ONE_ATTEMPT =
      Set.of(
          "grpc-status",
          "grpc-message",
          "grpc-encoding",
          "grpc-accept-encoding",
          "grpc-timeout",
          "grpc-retry-pushback-ms",
          "grpc-previous-rpc-attempts",
          "idempotency-replayed",
          "accept-encoding",
          "content-encoding",
          "content-length",
          "content-type",
          "te",
          "user-agent");

  /** HTTP/2 lets clients send names that gRPC has no key for, so that nobody can ask for them. */
  private static final Predicate<String> KEY_NAME =
      Pattern.compile("(?!-bin$)[0-9a-z_.-]+").asMatchPredicate();

  private StoredMetadata() {}

  public static List<Metadatum> of(Metadata metadata) {
    List<Metadatum> stored = new ArrayList<>();
    for (String name : metadata.keys()) {
      if (KEY_NAME.test(name) && !OF_ONE_ATTEMPT.contains(name)) {
        valuesOf(metadata, name)
            .forEach(
                value -> stored.add(Metadatum.newBuilder().setKey(name).setValue(value).build()));
      }
    }
    return stored;
  }

  private static List<ByteString> valuesOf(Metadata metadata, String name) {
    List<ByteString> values = new ArrayList<>();
    if (isBinary(name)) {
      Iterable<byte[]> bytes = metadata.getAll(binary(name));
      if (bytes != null) {
        bytes.forEach(value -> values.add(ByteString.copyFrom(value)));
      }
    } else {
      Iterable<String> texts = metadata.getAll(ascii(name));
      if (texts != null) {
        texts.forEach(value -> values.add(ByteString.copyFrom(value, US_ASCII)));
      }
    }
    return values;
  }

  public static Metadata toMetadata(List<Metadatum> stored) {
    Metadata metadata = new Metadata();
    for (Metadatum each : stored) {
      String name = each.getKey();
      if (isBinary(name)) {
        metadata.put(binary(name), each.getValue().toByteArray());
      } else {
        metadata.put(ascii(name), each.getValue().toString(US_ASCII));
      }
    }
    return metadata;
  }

  private static boolean isBinary(String name) {
    return name.endsWith(Metadata.BINARY_HEADER_SUFFIX);
  }

  private static Metadata.Key<byte[]> binary(String name) {
    return Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER);
  }

  private static Metadata.Key<String> ascii(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
