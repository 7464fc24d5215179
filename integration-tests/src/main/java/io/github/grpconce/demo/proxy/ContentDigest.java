package io.github.grpconce.demo.proxy;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A digest of what a call's DATA frames carry. Not thread-safe. */
final class ContentDigest {

  private final MessageDigest sha256;

  ContentDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }

  void add(ByteBuffer bytes) {
    sha256.update(bytes);
  }

  /** The first eight bytes of the digest. Call once, at the end. */
  long value() {
    return ByteBuffer.wrap(sha256.digest()).getLong();
  }
}
