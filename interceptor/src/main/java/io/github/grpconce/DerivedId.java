package io.github.grpconce;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The hashes that IDs are made of which must come out the same again. They belong to the wire
 * format: a changed hash would make a re-executed handler call others under new IDs, that is,
 * twice.
 */
final class DerivedId {

  /** As many bytes as a UUID has, so that children of opaque IDs are as unlikely to collide. */
  private static final int OPAQUE_BYTES = 16;

  private DerivedId() {}

  static byte[] ofCall(String parent, String method, long ordinal) {
    return hash("call", parent.getBytes(UTF_8), method.getBytes(UTF_8), bytes(ordinal));
  }

  static byte[] ofLabel(String parent, String label) {
    return hash("label", parent.getBytes(UTF_8), label.getBytes(UTF_8));
  }

  static byte[] ofOperation(String scope, String method, String requestId) {
    return hash(
        "operation", scope.getBytes(UTF_8), method.getBytes(UTF_8), requestId.getBytes(UTF_8));
  }

  static byte[] ofContent(String type, byte[] content, long windowMillis) {
    return hash("content", type.getBytes(UTF_8), content, bytes(windowMillis));
  }

  /** 32 hexadecimal digits, which are never read as a UUID: they have no hyphens. */
  static String opaque(byte[] hash) {
    return HexFormat.of().formatHex(Arrays.copyOf(hash, OPAQUE_BYTES));
  }

  /** Each part is preceded by its length, so that no two lists of parts hash the same bytes. */
  private static byte[] hash(String domain, byte[]... parts) {
    MessageDigest digest = sha256();
    digest.update(("grpconce/" + domain + "\0").getBytes(UTF_8));
    for (byte[] part : parts) {
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
      digest.update(part);
    }
    return digest.digest();
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
