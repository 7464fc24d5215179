package io.github.grpconce.benchmarks;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Field;
import com.google.protobuf.Message;
import com.google.protobuf.Option;
import com.google.protobuf.Type;
import io.github.grpconce.internal.fingerprint.RequestFingerprints;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a request's fingerprint costs, beside the SHA-256 of its bytes. The requests are messages
 * that protobuf itself brings along: 10 fields and 200 bytes, or 100 kB in 1,000 elements or in
 * one.
 */
@State(Scope.Benchmark)
public class FingerprintBenchmark extends Measured {

  @Param({"TEN_FIELDS", "MANY_ELEMENTS", "ONE_FIELD"})
  public Request request = Request.TEN_FIELDS;

  /** What is asked for. */
  public enum Request {
    TEN_FIELDS(
        Field.newBuilder()
            .setKindValue(1)
            .setCardinalityValue(2)
            .setNumber(3)
            .setName("x".repeat(60))
            .setTypeUrl("x".repeat(60))
            .setOneofIndex(4)
            .setPacked(true)
            .setJsonName("x".repeat(30))
            .setDefaultValue("x".repeat(30))
            .addOptions(Option.newBuilder().setName("x"))
            .build()),
    MANY_ELEMENTS(manyElements()),
    ONE_FIELD(BytesValue.of(ByteString.copyFrom(new byte[100_000])));

    private final Message message;

    Request(Message message) {
      this.message = message;
    }

    private static Message manyElements() {
      Type.Builder message = Type.newBuilder();
      for (int i = 0; i < 1_000; i++) {
        message.addFieldsBuilder().setName("x".repeat(96));
      }
      return message.build();
    }
  }

  private RequestFingerprints fingerprints = RequestFingerprints.ofBytes("");
  private Message message = Request.TEN_FIELDS.message;

  /** As a request is when it arrives: parsed. */
  @Setup
  public void parse() throws Exception {
    message = request.message.getParserForType().parseFrom(request.message.toByteString());
    fingerprints = RequestFingerprints.of("Service/Method", message.getDescriptorForType());
  }

  @Benchmark
  public Object fingerprint() {
    return fingerprints.of(List.of(message));
  }

  @Benchmark
  public byte[] sha256() throws NoSuchAlgorithmException {
    return MessageDigest.getInstance("SHA-256").digest(message.toByteArray());
  }
}
