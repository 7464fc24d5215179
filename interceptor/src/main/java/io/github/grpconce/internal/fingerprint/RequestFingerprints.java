package io.github.grpconce.internal.fingerprint;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MessageLite;
import io.github.grpconce.RequestIdField;
import io.github.grpconce.UnreadableRecordException;
import io.github.grpconce.internal.content.CanonicalContent;
import io.github.grpconce.internal.content.ContentView;
import io.github.grpconce.internal.content.RequestContent;
import io.github.grpconce.v1.Fingerprint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the fingerprints of one method's requests and compares them.
 *
 * <p>A fingerprint is a digest of the method and of the messages' {@link RequestContent}. The two
 * that are compared may come from servers with two versions of the schema:
 *
 * <ul>
 *   <li>Equal content matches, whichever of its fields one of them doesn't know. What one knows and
 *       leaves out doesn't count, although it is part of the other's digest. An unknown field that
 *       is zero or empty matches an absent one.
 *   <li>Requests that differ in a field that both know, and that counts, don't match: not even if
 *       they differ in the order of a list. Where one of them has unknown fields, the order of
 *       closed enums is told from 16 bits for each of the first top-level fields that have no
 *       unknown ones below.
 *   <li>If the recorded one has unknown fields and one of them is left out here, is zero or is
 *       empty, then what is known to both decides. So it may match although another new field
 *       differs.
 *   <li>The order of a field's occurrences doesn't count where it was or is unknown: they may be a
 *       map's entries.
 *   <li>What is within an unknown field's bytes counts as it is sent. A true retry may not match
 *       where it is sent in another way than its canonical form; where it is a list of closed enums
 *       that are not in order; and where there are more unknown fields ({@value #MAX_UNKNOWN_BYTES}
 *       bytes of paths), fields left out ({@value #MAX_LEFT_OUT_BYTES} bytes) or unknown lists
 *       ({@value #MAX_UNKNOWN_LISTS}) than are told apart.
 * </ul>
 *
 * <p>Immutable but for extensions that it meets, and thread-safe.
 */
public final class RequestFingerprints {

  /** How fingerprints are made today. */
  private static final int VERSION = 2;

  /** 128 bits: whoever looks for two requests with one fingerprint harms only himself. */
  private static final int DIGEST_BYTES = 16;

  /** So that a record stays small: some eight fields. */
  static final int MAX_LEFT_OUT_BYTES = 24;

  /** Only while versions are mixed: some thirty fields. */
  static final int MAX_UNKNOWN_BYTES = 96;

  /** So many unknown fields are tried as lists and as maps. */
  private static final int MAX_UNKNOWN_LISTS = 4;

  /** Of a path that is stored: its tag and length. */
  private static final int PATH_OVERHEAD_BYTES = 2;

  private final String method;
  private final @Nullable Descriptor type;
  private final RequestContent content;

  /** The content of each message. */
  private interface Contents {
    List<CanonicalContent> as(ContentView view);
  }

  private RequestFingerprints(String method, @Nullable Descriptor type, RequestContent content) {
    this.method = method;
    this.type = type;
    this.content = content;
  }

  /**
   * Returns the fingerprints of requests of a protobuf type.
   *
   * @param method the name that stands for the method, see {@code Guard.identityOf}
   */
  public static RequestFingerprints of(String method, Descriptor type) {
    return of(method, type, RequestIdField.STANDARD);
  }

  /** As above, for requests that carry their ID in another field than the standard one. */
  public static RequestFingerprints of(String method, Descriptor type, RequestIdField requestId) {
    return new RequestFingerprints(method, type, RequestContent.of(type, requestId.name()));
  }

  /** Returns the fingerprints of requests without a schema: of their bytes. */
  public static RequestFingerprints ofBytes(String method) {
    return new RequestFingerprints(method, null, RequestContent.whole());
  }

  /** Returns the fingerprint of a request's messages, in order. */
  public Fingerprint of(List<? extends MessageLite> messages) {
    return presented(messages).fingerprint();
  }

  /** Returns a request's messages, in order, as they are compared. */
  public PresentedRequest presented(List<? extends MessageLite> messages) {
    return presented(view -> messages.stream().map(each -> content.of(each, view)).toList());
  }

  /** Returns a request's messages, in order and serialised, as they are compared. */
  public PresentedRequest presentedSerialised(List<ByteString> messages) {
    return presented(
        view ->
            messages.stream().map(each -> content.ofSerialised(each.toByteArray(), view)).toList());
  }

  private PresentedRequest presented(Contents contents) {
    List<CanonicalContent> all = contents.as(ContentView.OWN);
    Fingerprint.Builder fingerprint = fingerprint(all);
    Set<ByteString> leftOut = new LinkedHashSet<>();
    Set<ByteString> unknown = new LinkedHashSet<>();
    all.forEach(each -> leftOut.addAll(each.leftOut()));
    all.forEach(each -> unknown.addAll(each.unknown()));
    fingerprint.addAllLeftOut(first(leftOut, MAX_LEFT_OUT_BYTES));
    List<ByteString> stored = first(unknown, MAX_UNKNOWN_BYTES);
    fingerprint.addAllUnknown(stored);
    if (!unknown.isEmpty() && stored.size() == unknown.size()) {
      fingerprint.setKnownDigest(digest(contents.as(ContentView.KNOWN)));
    }
    Set<ByteString> lists = new LinkedHashSet<>();
    all.forEach(each -> lists.addAll(each.unknownLists()));
    return new PresentedRequest(
        fingerprint.build(),
        leftOut,
        unknown,
        lists,
        view -> fingerprint(contents.as(view)).build());
  }

  /** Makes the parts that say what counts. */
  private Fingerprint.Builder fingerprint(List<CanonicalContent> contents) {
    long order = 0;
    for (CanonicalContent each : contents) {
      order = order * 31 + each.order();
    }
    Fingerprint.Builder fingerprint =
        Fingerprint.newBuilder()
            .setVersion(VERSION)
            .setDigest(digest(contents))
            .setOrder(Long.hashCode(order));
    if (contents.size() == 1) {
      fingerprint.setFieldDigests(contents.get(0).fieldDigests());
    }
    return fingerprint;
  }

  private ByteString digest(List<CanonicalContent> contents) {
    PartsDigest digest = new PartsDigest().add(method);
    contents.forEach(each -> digest.add(each.bytes()));
    return digest.first(DIGEST_BYTES);
  }

  private static List<ByteString> first(Set<ByteString> paths, int maxBytes) {
    List<ByteString> first = new ArrayList<>();
    int bytes = 0;
    for (ByteString path : paths) {
      bytes += path.size() + PATH_OVERHEAD_BYTES;
      if (bytes > maxBytes) {
        break;
      }
      first.add(path);
    }
    return first;
  }

  /**
   * Returns whether a record's fingerprint is of the same content as a request.
   *
   * @throws UnreadableRecordException if it was made by another version: nobody can say then
   *     whether the request is the same
   */
  public boolean match(Fingerprint recorded, PresentedRequest presented) {
    if (recorded.getVersion() != VERSION) {
      throw new UnreadableRecordException(
          "a record's fingerprint has version "
              + recorded.getVersion()
              + "; this version understands "
              + VERSION);
    }
    Set<ByteString> leftOutThere = Set.copyOf(recorded.getLeftOutList());
    Set<ByteString> excluded = new HashSet<>(presented.unknown());
    excluded.removeIf(path -> !RequestContent.covers(leftOutThere, path));
    return matches(recorded, recorded.getDigest(), presented, excluded)
        || matchesWithoutZeros(recorded, presented, excluded)
        || matchesInWhatWasKnown(recorded, presented, excluded);
  }

  /** What is unknown here, and zero or empty, may be an explicit default. */
  private static boolean matchesWithoutZeros(
      Fingerprint recorded, PresentedRequest presented, Set<ByteString> excluded) {
    Set<ByteString> more = new HashSet<>(excluded);
    presented.unknown().stream().filter(RequestContent::isZero).forEach(more::add);
    return more.size() > excluded.size()
        && matches(recorded, recorded.getDigest(), presented, more);
  }

  /** What was unknown there may be left out here, or be an explicit default. */
  private static boolean matchesInWhatWasKnown(
      Fingerprint recorded, PresentedRequest presented, Set<ByteString> excluded) {
    List<ByteString> unknownThere = recorded.getUnknownList();
    if (unknownThere.stream()
        .noneMatch(
            path ->
                RequestContent.isZero(path) || RequestContent.reaches(presented.leftOut(), path))) {
      return false;
    }
    Set<ByteString> more = new HashSet<>(excluded);
    more.addAll(unknownThere);
    return matches(recorded, recorded.getKnownDigest(), presented, more);
  }

  /** What was unknown there was sorted; what is unknown here may be a list or a map. */
  private static boolean matches(
      Fingerprint recorded,
      ByteString digest,
      PresentedRequest presented,
      Set<ByteString> excluded) {
    Set<ByteString> sorted = Set.copyOf(recorded.getUnknownList());
    List<ByteString> lists =
        presented.unknownLists().stream()
            .filter(path -> !sorted.contains(path))
            .limit(MAX_UNKNOWN_LISTS)
            .toList();
    for (int choice = 0; choice < 1 << lists.size(); choice++) {
      Set<ByteString> asSent = new HashSet<>();
      for (int i = 0; i < lists.size(); i++) {
        if (((choice >> i) & 1) == 1) {
          asSent.add(lists.get(i));
        }
      }
      Fingerprint now = presented.as(new ContentView(excluded, sorted, asSent, false));
      if (digest.equals(now.getDigest())) {
        return isInOrder(recorded, now, presented.unknown());
      }
    }
    return false;
  }

  /** Whether lists of closed enums that both know are in the same order. */
  private static boolean isInOrder(
      Fingerprint recorded, Fingerprint now, Set<ByteString> unknownNow) {
    if (recorded.getOrder() == now.getOrder()) {
      return true;
    }
    Set<Integer> uncertain = new HashSet<>();
    recorded.getUnknownList().forEach(path -> uncertain.add(RecordedFieldDigests.topLevel(path)));
    unknownNow.forEach(path -> uncertain.add(RecordedFieldDigests.topLevel(path)));
    return !uncertain.isEmpty()
        && RecordedFieldDigests.differences(recorded.getFieldDigests(), now.getFieldDigests())
            .allMatch(uncertain::contains);
  }

  /**
   * Returns the name of the first top-level field in which two requests differ; empty if that isn't
   * known, because there are several messages, no schema, or a great many fields.
   */
  public Optional<String> firstDifference(Fingerprint recorded, Fingerprint presented) {
    Set<ByteString> leftOut = new HashSet<>(recorded.getLeftOutList());
    leftOut.addAll(presented.getLeftOutList());
    OptionalInt number =
        RecordedFieldDigests.differences(recorded.getFieldDigests(), presented.getFieldDigests())
            .filter(each -> !RequestContent.coversTopLevel(leftOut, each))
            .findFirst();
    if (type == null || number.isEmpty()) {
      return Optional.empty();
    }
    FieldDescriptor field = type.findFieldByNumber(number.getAsInt());
    return Optional.of(field == null ? "#" + number.getAsInt() : field.getName());
  }
}
