package io.github.grpconce.internal.fingerprint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 over parts, each preceded by its length (4 bytes, big endian), so that no two lists of
 * parts hash the same bytes. It belongs to the record format.
 */
public final class PartsDigest {

  private final MessageDigest sha256 = sha256();

  public PartsDigest add(String part) {
    return add(part.getBytes(UTF_8));
  }

  public PartsDigest add(byte[] part) {
    return add(ByteBuffer.wrap(part));
  }

  public PartsDigest add(ByteBuffer part) {
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.remaining()).array());
    sha256.update(part.duplicate());
    return this;
  }

  /** Ends the digest and returns its first bytes. */
  public ByteString first(int bytes) {
    return ByteString.copyFrom(sha256.digest(), 0, bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
