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

  private final MessageDigest sha256;

  public PartsDigest() {
    this(sha256());
  }

  private PartsDigest(MessageDigest sha256) {
    this.sha256 = sha256;
  }

  /** Returns a digest that has the same parts so far. */
  PartsDigest copy() {
    try {
      return new PartsDigest((MessageDigest) sha256.clone());
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the platform's own SHA-256 can be copied", e);
    }
  }

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

  /** Adds a piece of the last part, which has no length: it must say itself where it ends. */
  void addPiece(byte[] bytes, int offset, int length) {
    sha256.update(bytes, offset, length);
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
