package io.github.grpconce.internal.fingerprint;

import io.github.grpconce.internal.content.NotesComparison;
import io.github.grpconce.internal.content.SchemaNotes;
import io.github.grpconce.v1.Fingerprint;

/**
 * A request that is compared with a recorded one: its fingerprint, and the means to make it again
 * as a server would that knows another part of the schema. It holds on to the request's messages.
 *
 * <p>Two are equal if their fingerprints were made by the same schema and say the same. Immutable
 * and thread-safe.
 */
public final class PresentedRequest {

  /** Reads the request once more. */
  interface Reading {
    ReadRequest as(SchemaNotes recorded);
  }

  /**
   * A request, read in one way or another.
   *
   * @param fingerprint without notes, if it isn't the server's own
   */
  record ReadRequest(Fingerprint fingerprint, SchemaNotes notes) {}

  private final ReadRequest own;
  private final Reading reading;

  PresentedRequest(ReadRequest own, Reading reading) {
    this.own = own;
    this.reading = reading;
  }

  /** Returns what stands for the request whose record has this fingerprint. */
  public static PresentedRequest recorded(Fingerprint fingerprint) {
    ReadRequest own = new ReadRequest(fingerprint, RequestFingerprints.notesOf(fingerprint));
    return new PresentedRequest(own, recorded -> own);
  }

  /** Returns the fingerprint, as it is stored. */
  public Fingerprint fingerprint() {
    return own.fingerprint();
  }

  ReadRequest own() {
    return own;
  }

  ReadRequest as(SchemaNotes recorded) {
    return reading.as(recorded);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PresentedRequest that
        && fingerprint().getVersion() == that.fingerprint().getVersion()
        && fingerprint().getDigest().equals(that.fingerprint().getDigest())
        && NotesComparison.firstDifference(own.notes(), that.own.notes(), that.own.notes())
            .isEmpty();
  }

  @Override
  public int hashCode() {
    return fingerprint().getDigest().hashCode();
  }
}
