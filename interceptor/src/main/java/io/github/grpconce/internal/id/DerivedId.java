package io.github.grpconce.internal.id;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * The hashes that IDs are made of which must come out the same again. They belong to the wire
 * format: a changed hash would make a re-executed handler call others under new IDs, that is,
 * twice.
 */
public final class DerivedId {

  /** As many as a UUID has. */
  private static final int BYTES = 16;

  private DerivedId() {}

  public static String ofCall(String parent, String method, long ordinal) {
    return hash("call", parent.getBytes(UTF_8), method.getBytes(UTF_8), bytes(ordinal));
  }

  public static String ofLabel(String parent, String label) {
    return hash("label", parent.getBytes(UTF_8), label.getBytes(UTF_8));
  }

  /** A domain of its own: a part and a call of the same name have nothing in common. */
  public static String ofPart(String parent, String label) {
    return hash("part", parent.getBytes(UTF_8), label.getBytes(UTF_8));
  }

  /** Of what an operation makes, not of what it calls. */
  public static String ofEntity(String operation, String label) {
    return hash("entity", operation.getBytes(UTF_8), label.getBytes(UTF_8));
  }

  public static String ofOperation(String scope, String method, String requestId) {
    return hash(
        "operation", scope.getBytes(UTF_8), method.getBytes(UTF_8), requestId.getBytes(UTF_8));
  }

  public static String ofContent(String type, byte[] content, long windowMillis) {
    return hash("content", type.getBytes(UTF_8), content, bytes(windowMillis));
  }

  /** Returns a hash as a UUID of version 8 (RFC 9562), which leaves it 122 of its bits. */
  public static UUID uuid(String hash) {
    long high = HexFormat.fromHexDigitsToLong(hash, 0, 16);
    long low = HexFormat.fromHexDigitsToLong(hash, 16, 32);
    return new UUID((high & ~0xF000L) | 0x8000L, (low & ~(0b11L << 62)) | (0b10L << 62));
  }

  /**
   * Returns 32 hexadecimal digits, which are never read as a UUID: they have no hyphens. Each part
   * is preceded by its length, so that no two lists of parts hash the same bytes.
   */
  private static String hash(String domain, byte[]... parts) {
    MessageDigest digest = sha256();
    digest.update(("grpconce/" + domain + "\0").getBytes(UTF_8));
    for (byte[] part : parts) {
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
      digest.update(part);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
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
