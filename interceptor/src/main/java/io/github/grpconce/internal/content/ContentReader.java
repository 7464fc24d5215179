package io.github.grpconce.internal.content;

import com.google.protobuf.ByteString;
import com.google.protobuf.WireFormat;
import io.github.grpconce.internal.content.ContentSchema.Field;
import io.github.grpconce.internal.content.ContentSchema.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings one serialised message into the canonical form that {@link RequestContent} describes.
 *
 * <p>It reads bytes, not objects: there, a field is the same whether it is known, unknown or an
 * enum's value that is. Used once.
 */
final class ContentReader {

  private static final int LENGTH = WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int GROUP = WireFormat.WIRETYPE_START_GROUP;

  private final byte[] in;
  private final ContentView view;
  private final WireFields fields = new WireFields();
  private final CanonicalBytes out;
  private int[] path = new int[8];
  private int depth;
  private long order;
  private Set<ByteString> leftOut = Set.of();
  private Set<ByteString> unknown = Set.of();
  private Set<ByteString> unknownLists = Set.of();
  private final FieldDigests digests = new FieldDigests();

  ContentReader(byte[] message, ContentView view) {
    in = message;
    this.view = view;
    out = new CanonicalBytes(message.length + message.length / 8 + 16);
  }

  CanonicalContent read(ContentSchema schema) {
    message(in, 0, in.length, schema);
    return new CanonicalContent(
        ByteBuffer.wrap(out.array(), 0, out.size()),
        order,
        digests.encoded(),
        leftOut,
        unknown,
        unknownLists);
  }

  private void message(byte[] bytes, int from, int to, @Nullable ContentSchema schema) {
    int begin = fields.top();
    fields.push(bytes, from, to);
    int end = fields.top();
    if (schema != null) {
      for (int number : schema.leftOut()) {
        leftOut = with(leftOut, pathTo(number));
      }
    }
    @Nullable ContentSchema entry = schema != null && schema.isMapEntry() ? schema : null;
    if (entry != null && (begin == end || fields.number(begin) > 1)) {
      missing(1, entry);
    }
    int next = begin;
    for (int i = begin; i < end; i = next) {
      int number = fields.number(i);
      next = i + 1;
      while (next < end && fields.number(next) == number) {
        next++;
      }
      long orderBefore = order;
      int start = out.size();
      field(bytes, number, i, next, schema);
      if (depth == 0 && out.size() > start) {
        digests.add(number, out.array(), start, out.size(), order - orderBefore);
      }
    }
    if (entry != null && (begin == end || fields.number(end - 1) < 2)) {
      missing(2, entry);
    }
    fields.dropTo(begin);
  }

  /** Writes what a map's entry always has. */
  private void missing(int number, ContentSchema schema) {
    Field field = schema.field(number);
    if (field != null) {
      byte[] value = field.defaultValue().toByteArray();
      if (ContentSchema.isScalar(field.wireType())) {
        scalar(number, field.wireType(), value, 0, value.length);
      } else {
        frame(number, value, 0, value.length);
      }
    }
  }

  private void field(byte[] bytes, int number, int from, int to, @Nullable ContentSchema schema) {
    Field field = schema == null ? null : schema.field(number);
    boolean isZero =
        to - from == 1
            && isZero(bytes, fields.start(from), fields.end(from), fields.wireType(from));
    if ((field != null && field.leftOut())
        || isExcluded(number, false)
        || (isZero && isExcluded(number, true))) {
      return;
    }
    if (field == null || !fits(field, from, to)) {
      unknown(bytes, number, from, to, isZero);
      return;
    }
    boolean always = field.choice() || (schema != null && schema.isMapEntry());
    switch (field.kind()) {
      case SCALAR -> singular(bytes, number, to - 1, field, always);
      case BYTES -> singular(bytes, number, to - 1, field, always);
      case SCALARS, CLOSED_ENUMS -> scalars(bytes, number, from, to, field);
      case BYTES_LIST -> frames(bytes, number, from, to, null, isSortedThere(number));
      case MESSAGE -> singleMessage(bytes, number, from, to, field);
      case MESSAGES -> frames(bytes, number, from, to, field, isSortedThere(number));
      case MAP -> frames(bytes, number, from, to, field, true);
    }
  }

  /** Whether the occurrences are what the schema says; others are unknown, as to a parser. */
  private boolean fits(Field field, int from, int to) {
    boolean list = field.kind() == Kind.SCALARS || field.kind() == Kind.CLOSED_ENUMS;
    for (int i = from; i < to; i++) {
      int wireType = fields.wireType(i);
      if (wireType != field.wireType() && !(list && wireType == LENGTH)) {
        return false;
      }
    }
    return true;
  }

  private void singular(byte[] bytes, int number, int last, Field field, boolean always) {
    int start = fields.start(last);
    int end = fields.end(last);
    boolean isZero = isZero(bytes, start, end, fields.wireType(last));
    if (!always && isDefault(bytes, start, end, field)) {
      ByteString at = pathTo(number);
      leftOut = with(leftOut, isZero ? ContentPath.zeroAt(at) : at);
      return;
    }
    if (field.kind() == Kind.SCALAR) {
      scalar(number, field.wireType(), bytes, start, end);
    } else {
      frame(number, bytes, start, end);
    }
  }

  private boolean isDefault(byte[] bytes, int start, int end, Field field) {
    ByteString value = field.defaultValue();
    if (value.size() != end - start) {
      return field.wireType() == WireFormat.WIRETYPE_VARINT
          && value.size() == 1
          && value.byteAt(0) == 0
          && isZero(bytes, start, end, WireFormat.WIRETYPE_VARINT);
    }
    for (int i = 0; i < value.size(); i++) {
      if (value.byteAt(i) != bytes[start + i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(byte[] bytes, int start, int end, int wireType) {
    if (wireType == LENGTH || wireType == GROUP) {
      return start == end;
    }
    int bits = 0;
    for (int i = start; i < end; i++) {
      bits |= wireType == WireFormat.WIRETYPE_VARINT ? bytes[i] & 0x7F : bytes[i];
    }
    return bits == 0;
  }

  private void scalar(int number, int wireType, byte[] bytes, int start, int end) {
    if (depth == 0) {
      int frame = out.beginFrame(number);
      value(wireType, bytes, start, end);
      out.endFrame(frame);
    } else {
      out.tag(number, wireType);
      value(wireType, bytes, start, end);
    }
  }

  private void value(int wireType, byte[] bytes, int start, int end) {
    if (wireType == WireFormat.WIRETYPE_VARINT) {
      out.varint(fields.varintAt(bytes, start, end));
    } else {
      out.copy(bytes, start, end);
    }
  }

  private void frame(int number, byte[] bytes, int start, int end) {
    int frame = out.beginFrame(number);
    out.copy(bytes, start, end);
    out.endFrame(frame);
  }

  private void scalars(byte[] bytes, int number, int from, int to, Field field) {
    long[] values = new long[to - from];
    int count = 0;
    for (int i = from; i < to; i++) {
      int at = fields.start(i);
      while (at < fields.end(i)) {
        if (count == values.length) {
          values = Arrays.copyOf(values, Math.max(16, count * 2));
        }
        values[count++] = read(bytes, at, fields.end(i), field.wireType());
        at = fields.position();
      }
    }
    values = Arrays.copyOf(values, count);
    if (field.kind() == Kind.CLOSED_ENUMS
        && isPartlyUnknown(number, values, field)
        && view.knownOnly()) {
      return;
    }
    list(number, field.wireType(), field.packed(), values, count);
  }

  /** Sorts an enum's values, and returns whether this schema has some of them not. */
  private boolean isPartlyUnknown(int number, long[] values, Field field) {
    long[] sent = values.clone();
    Arrays.sort(values);
    if (!Arrays.equals(sent, values)) {
      mix(number);
      Arrays.stream(sent).forEach(this::mix);
    }
    boolean partly = !Arrays.stream(sent).allMatch(field.values()::contains);
    if (partly) {
      unknown = with(unknown, pathTo(number));
    }
    return partly;
  }

  private long read(byte[] bytes, int at, int end, int wireType) {
    if (wireType == WireFormat.WIRETYPE_VARINT) {
      return fields.varintAt(bytes, at, end);
    }
    return fields.fixedAt(bytes, at, end, wireType);
  }

  /** Several values are written packed, however they came. */
  private void list(int number, int wireType, boolean packed, long[] values, int count) {
    if (count == 0) {
      return;
    }
    boolean framed = depth == 0 || packed || count > 1;
    int frame = 0;
    if (framed) {
      frame = out.beginFrame(number);
    } else {
      out.tag(number, wireType);
    }
    for (int i = 0; i < count; i++) {
      if (wireType == WireFormat.WIRETYPE_VARINT) {
        out.varint(values[i]);
      } else {
        out.fixed(values[i], wireType == WireFormat.WIRETYPE_FIXED32 ? 4 : 8);
      }
    }
    if (framed) {
      out.endFrame(frame);
    }
  }

  private void singleMessage(byte[] bytes, int number, int from, int to, Field field) {
    if (to - from == 1) {
      nested(bytes, number, fields.start(from), fields.end(from), field.below());
      return;
    }
    // Its parts one after the other are the whole.
    CanonicalBytes whole = new CanonicalBytes(0);
    for (int i = from; i < to; i++) {
      whole.copy(bytes, fields.start(i), fields.end(i));
    }
    nested(whole.array(), number, 0, whole.size(), field.below());
  }

  private void nested(byte[] bytes, int number, int from, int to, @Nullable ContentSchema below) {
    int frame = out.beginFrame(number);
    if (depth == path.length) {
      path = Arrays.copyOf(path, depth * 2);
    }
    path[depth++] = number;
    message(bytes, from, to, below);
    depth--;
    out.endFrame(frame);
  }

  private void frames(
      byte[] bytes, int number, int from, int to, @Nullable Field field, boolean sorted) {
    int[] starts = new int[to - from + 1];
    for (int i = from; i < to; i++) {
      starts[i - from] = out.size();
      boolean structured = field != null || fields.wireType(i) == GROUP;
      if (structured) {
        ContentSchema below = field == null ? null : field.below();
        nested(bytes, number, fields.start(i), fields.end(i), below);
      } else {
        frame(number, bytes, fields.start(i), fields.end(i));
      }
    }
    starts[to - from] = out.size();
    if (sorted) {
      out.sort(starts);
    }
  }

  private boolean isSortedThere(int number) {
    return !view.sorted().isEmpty() && view.sorted().contains(pathTo(number));
  }

  private void unknown(byte[] bytes, int number, int from, int to, boolean isZero) {
    ByteString at = pathTo(number);
    unknown = with(unknown, isZero ? ContentPath.zeroAt(at) : at);
    if (view.knownOnly()) {
      return;
    }
    int scalars = 0;
    for (int i = from; i < to; i++) {
      scalars += ContentSchema.isScalar(fields.wireType(i)) ? 1 : 0;
    }
    if (scalars == 0) {
      if (to - from > 1) {
        unknownLists = with(unknownLists, at);
      }
      frames(bytes, number, from, to, null, !view.asSent().contains(at));
    } else if (scalars == 1 && to - from == 1) {
      scalar(number, fields.wireType(from), bytes, fields.start(from), fields.end(from));
    } else {
      unknownScalars(bytes, number, from, to);
    }
  }

  private void unknownScalars(byte[] bytes, int number, int from, int to) {
    int frame = out.beginFrame(number);
    for (int i = from; i < to; i++) {
      value(fields.wireType(i), bytes, fields.start(i), fields.end(i));
    }
    out.endFrame(frame);
  }

  private boolean isExcluded(int number, boolean zero) {
    if (view.excluded().isEmpty()) {
      return false;
    }
    ByteString at = pathTo(number);
    return view.excluded().contains(zero ? ContentPath.zeroAt(at) : at);
  }

  private ByteString pathTo(int number) {
    return ContentPath.of(path, depth, number);
  }

  private static Set<ByteString> with(Set<ByteString> paths, ByteString path) {
    Set<ByteString> more = paths.isEmpty() ? new LinkedHashSet<>() : paths;
    more.add(path);
    return more;
  }

  /** Adds to a digest of the order of lists: accidents are to be noticed, nothing more. */
  private void mix(long value) {
    order = Long.rotateLeft((order ^ value) * 0x9E3779B97F4A7C15L, 29) + value;
  }
}
