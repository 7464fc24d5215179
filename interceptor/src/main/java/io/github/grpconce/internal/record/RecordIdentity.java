package io.github.grpconce.internal.record;

import com.google.protobuf.ByteString;
import io.github.grpconce.RequestId;
import io.github.grpconce.internal.fingerprint.PartsDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whose record it is: the caller's scope, the method and the request ID, as a hash.
 *
 * <p>Two callers' equal request IDs never meet, nor do two methods'. Immutable and thread-safe.
 */
public final class RecordIdentity {

  /** 128 bits: two of 10¹⁵ identities collide with a probability of 10⁻⁹. */
  public static final int HASH_BYTES = 16;

  private final ByteString hash;
  private final OptionalLong millis;

  private RecordIdentity(ByteString hash, OptionalLong millis) {
    this.hash = hash;
    this.millis = millis;
  }

  /**
   * Returns the identity of one operation.
   *
   * @param scope who is calling; empty if callers are not told apart
   * @param method the name that stands for the method, see {@code Guard.identityOf}
   */
  public static RecordIdentity of(String scope, String method, RequestId requestId) {
    ByteString hash =
        new PartsDigest().add(scope).add(method).add(requestId.value()).first(HASH_BYTES);
    Optional<Instant> time = requestId.time();
    return new RecordIdentity(
        hash, time.isPresent() ? OptionalLong.of(time.get().toEpochMilli()) : OptionalLong.empty());
  }

  /**
   * Returns the same identity, as one of an opaque ID: its record has another place, and an age of
   * its own.
   */
  public RecordIdentity withoutTime() {
    return new RecordIdentity(hash, OptionalLong.empty());
  }

  /** Whether its ID says when the operation was first tried. */
  public boolean hasTime() {
    return millis.isPresent();
  }

  /** Returns the hash: 16 bytes. */
  public ByteString hash() {
    return hash;
  }

  /** Milliseconds since 1970 at which the operation was first tried; empty if the ID is opaque. */
  OptionalLong millis() {
    return millis;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordIdentity that
        && hash.equals(that.hash)
        && millis.equals(that.millis);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  /** Returns the hash in hexadecimal digits: safe to log, it can't be turned back into the ID. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(hash.toByteArray());
  }
}
