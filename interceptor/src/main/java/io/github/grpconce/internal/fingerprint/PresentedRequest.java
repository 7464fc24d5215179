package io.github.grpconce.internal.fingerprint;

import com.google.protobuf.ByteString;
import io.github.grpconce.internal.content.ContentView;
import io.github.grpconce.v1.Fingerprint;
import java.util.Set;

/**
 * A request that is compared with a recorded one: its fingerprint, and the means to make it again
 * as a server would that knows another part of the schema. It holds on to the request's messages.
 *
 * <p>Two are equal if their fingerprints were made by the same schema and say the same. Immutable
 * and thread-safe.
 */
public final class PresentedRequest {

  /** Makes the fingerprint once more. */
  interface Remake {
    Fingerprint as(ContentView view);
  }

  private final Fingerprint fingerprint;
  private final Set<ByteString> leftOut;
  private final Set<ByteString> unknown;
  private final Set<ByteString> unknownLists;
  private final Remake remake;

  PresentedRequest(
      Fingerprint fingerprint,
      Set<ByteString> leftOut,
      Set<ByteString> unknown,
      Set<ByteString> unknownLists,
      Remake remake) {
    this.fingerprint = fingerprint;
    this.leftOut = leftOut;
    this.unknown = unknown;
    this.unknownLists = unknownLists;
    this.remake = remake;
  }

  /** Returns what stands for the request whose record has this fingerprint. */
  public static PresentedRequest recorded(Fingerprint fingerprint) {
    return new PresentedRequest(
        fingerprint,
        Set.copyOf(fingerprint.getLeftOutList()),
        Set.copyOf(fingerprint.getUnknownList()),
        Set.of(),
        view -> fingerprint);
  }

  /** Returns the fingerprint, as it is stored. */
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  Set<ByteString> leftOut() {
    return leftOut;
  }

  Set<ByteString> unknown() {
    return unknown;
  }

  Set<ByteString> unknownLists() {
    return unknownLists;
  }

  /** Returns the fingerprint of the request as another server would see it. */
  Fingerprint as(ContentView view) {
    boolean isOwn = view.excluded().isEmpty() && view.sorted().isEmpty() && view.asSent().isEmpty();
    return isOwn ? fingerprint : remake.as(view);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PresentedRequest that
        && fingerprint.getVersion() == that.fingerprint.getVersion()
        && fingerprint.getDigest().equals(that.fingerprint.getDigest())
        && fingerprint.getOrder() == that.fingerprint.getOrder();
  }

  @Override
  public int hashCode() {
    return fingerprint.getDigest().hashCode();
  }
}
