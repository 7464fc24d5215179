package io.github.grpconce.internal.content;

import com.google.protobuf.ByteString;
import java.util.Set;

/**
 * Where a field is in a request: the field numbers that lead to it, as varints, whichever element
 * of a list they lead through. A zero at the end means: where the field has the value zero, or is
 * empty.
 */
final class ContentPath {

  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  private ContentPath() {}

  static ByteString of(int[] numbers, int depth, int last) {
    CanonicalBytes path = new CanonicalBytes(0);
    for (int i = 0; i < depth; i++) {
      path.varint(numbers[i]);
    }
    path.varint(last);
    return ByteString.copyFrom(path.array(), 0, path.size());
  }

  static ByteString zeroAt(ByteString path) {
    return path.concat(ZERO);
  }

  /** Whether all that is at a path is among those at others. */
  static boolean covers(Set<ByteString> paths, ByteString path) {
    return paths.contains(path) || paths.contains(withoutZero(path));
  }

  static boolean isZero(ByteString path) {
    return path.endsWith(ZERO);
  }

  static ByteString withoutZero(ByteString path) {
    return isZero(path) ? path.substring(0, path.size() - 1) : path;
  }
}
