package io.github.grpconce.internal.content;

import com.google.protobuf.ByteString;
import java.util.Set;

/**
 * As what a request is read, to compare it with one that a server with another version of the
 * schema has read. Paths are those of {@link CanonicalContent}.
 *
 * @param excluded the paths of fields that don't count
 * @param sorted the paths of fields whose occurrences are sorted, although they may be a list
 * @param asSent the paths of unknown fields whose occurrences are not sorted, although they may be
 *     a map
 * @param knownOnly whether no unknown field counts
 */
public record ContentView(
    Set<ByteString> excluded, Set<ByteString> sorted, Set<ByteString> asSent, boolean knownOnly) {

  /** As the schema says. */
  public static final ContentView OWN = new ContentView(Set.of(), Set.of(), Set.of(), false);

  /** As the schema says, and without what it doesn't. */
  public static final ContentView KNOWN = new ContentView(Set.of(), Set.of(), Set.of(), true);
}
