package io.github.grpconce.internal.content;

import com.google.protobuf.ByteString;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Writes serialised messages in the canonical form that {@link RequestContent} describes, and notes
 * what of their schema mattered.
 *
 * <p>It reads bytes, not objects: there, a field is the same whether it is known, unknown or an
 * enum's value that is. Used for one request.
 */
final class ContentReader {

  private static final int LENGTH = WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int GROUP = WireFormat.WIRETYPE_START_GROUP;

  private final CanonicalOutput out;
  private final FieldRule ofUnknown;
  private final WireFields fields = new WireFields();
  private final SchemaNotes notes = SchemaNotes.empty();
  private final FieldDigests digests = new FieldDigests();

  /**
   * Makes a reader.
   *
   * @param ofUnknown how fields are read of which the rules say nothing
   */
  ContentReader(CanonicalOutput out, FieldRule ofUnknown) {
    this.out = out;
    this.ofUnknown = ofUnknown;
  }

  SchemaNotes notes() {
    return notes;
  }

  ByteString fieldDigests() {
    return digests.encoded();
  }

  /** Reads one of the request's messages. */
  void read(byte[] message, MessageRules rules) {
    fields(message, 0, message.length, rules, notes);
    out.end();
  }

  /** Returns the highest number of the fields; 0 if there are none. */
  private int fields(byte[] bytes, int from, int to, MessageRules rules, SchemaNotes noted) {
    for (int number : rules.leftOut()) {
      noted.of(number).note(SchemaNotes.LEFT_OUT);
    }
    int begin = fields.top();
    fields.push(bytes, from, to);
    int end = fields.top();
    int last = end == begin ? 0 : fields.number(end - 1);
    int next;
    for (int i = begin; i < end; i = next) {
      next = fields.nextNumber(i, end);
      int number = fields.number(i);
      if (noted == notes && !digests.isFull()) {
        out.beginChecksum();
        boolean counts = field(bytes, i, next, ruleOf(number, i, next, rules), noted);
        int checksum = out.endChecksum();
        if (counts) {
          digests.add(number, checksum);
        }
      } else {
        field(bytes, i, next, ruleOf(number, i, next, rules), noted);
      }
    }
    fields.dropTo(begin);
    return last;
  }

  /** What doesn't have its rule's wire type is unknown, as to a parser. */
  private FieldRule ruleOf(int number, int from, int to, MessageRules rules) {
    FieldRule rule = rules.field(number);
    if (rule == null) {
      return ofUnknown;
    }
    boolean packable =
        rule.kind() == FieldRule.Kind.NUMBERS || rule.kind() == FieldRule.Kind.SORTED;
    for (int i = from; rule.wireType() != FieldRule.ANY && i < to; i++) {
      int wireType = fields.wireType(i);
      if (wireType != rule.wireType() && !(packable && wireType == LENGTH)) {
        return ofUnknown;
      }
    }
    return rule;
  }

  /** Returns whether anything was written. */
  private boolean field(byte[] bytes, int from, int to, FieldRule rule, SchemaNotes noted) {
    switch (rule.kind()) {
      case LEFT_OUT -> {
        return false;
      }
      case UNKNOWN -> {
        int digest = new UnknownFields(fields).digest(bytes, from, to);
        noted.of(fields.number(from)).note(SchemaNotes.UNKNOWN, digest);
        return false;
      }
      case SINGLE -> {
        return plain(bytes, to - 1, to, rule, noted);
      }
      case PLAIN, NUMBERS -> {
        return plain(bytes, from, to, rule, noted);
      }
      case SORTED -> sorted(bytes, from, to, rule, noted);
      case MESSAGE -> message(bytes, from, to, rule, noted);
      case MESSAGES -> messages(bytes, from, to, rule, noted);
      case MAP -> map(bytes, from, to, rule, noted);
    }
    return true;
  }

  private boolean plain(byte[] bytes, int from, int to, FieldRule rule, SchemaNotes noted) {
    boolean single = to - from == 1;
    if (single && fields.isZero(bytes, from)) {
      if (!rule.zeroCounts() || (rule.kind() == FieldRule.Kind.NUMBERS && !fields.isScalar(from))) {
        return false;
      }
      noted.of(fields.number(from)).note(SchemaNotes.ZERO_COUNTS);
    } else if (single && rule.omits(bytes, fields.start(from), fields.end(from))) {
      noted
          .of(fields.number(from))
          .noteDefault(UnknownFields.checksum(bytes, fields.start(from), fields.end(from)));
      return false;
    }
    if (rule.kind() == FieldRule.Kind.NUMBERS || fields.isScalar(from)) {
      numbers(bytes, from, to);
    } else {
      for (int i = from; i < to; i++) {
        value(bytes, i, rule.below(), noted);
      }
    }
    return true;
  }

  /** A list of numbers is packed, however it was sent; one number is a list of one. */
  private void numbers(byte[] bytes, int from, int to) {
    int length = 0;
    for (int i = from; i < to; i++) {
      length += fields.end(i) - fields.start(i);
    }
    out.length(fields.number(from), length);
    for (int i = from; i < to; i++) {
      out.bytes(bytes, fields.start(i), fields.end(i));
    }
  }

  private void value(byte[] bytes, int i, MessageRules below, SchemaNotes noted) {
    if (fields.wireType(i) == GROUP) {
      nested(bytes, fields.start(i), fields.end(i), below, noted.of(fields.number(i)));
    } else {
      out.value(fields.number(i), bytes, fields.start(i), fields.end(i));
    }
  }

  private void sorted(byte[] bytes, int from, int to, FieldRule rule, SchemaNotes noted) {
    int number = fields.number(from);
    long[] values = varints(bytes, from, to);
    if (values.length == 0) {
      return;
    }
    int digest = values.length == 1 ? 0 : Arrays.hashCode(values);
    boolean known =
        rule.values().isEmpty() || Arrays.stream(values).allMatch(rule.values()::contains);
    noted.of(number).note(SchemaNotes.SORTED | (known ? 0 : SchemaNotes.UNKNOWN), digest);
    Arrays.sort(values);
    int length = 0;
    for (long value : values) {
      length += CanonicalOutput.varintBytes(value);
    }
    out.length(number, length);
    for (long value : values) {
      out.varint(value);
    }
  }

  private long[] varints(byte[] bytes, int from, int to) {
    long[] values = new long[to - from];
    int count = 0;
    for (int i = from; i < to; i++) {
      int end = fields.end(i);
      for (int at = fields.start(i); at < end; at = fields.position()) {
        if (count == values.length) {
          values = Arrays.copyOf(values, Math.max(16, count * 2));
        }
        values[count++] = fields.varintAt(bytes, at, end);
      }
    }
    return Arrays.copyOf(values, count);
  }

  private void message(byte[] bytes, int from, int to, FieldRule rule, SchemaNotes noted) {
    if (to - from == 1) {
      messages(bytes, from, to, rule, noted);
      return;
    }
    // Its parts one after the other are the whole.
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (int i = from; i < to; i++) {
      whole.write(bytes, fields.start(i), fields.end(i) - fields.start(i));
    }
    SchemaNotes own = noted.of(fields.number(from));
    own.note(SchemaNotes.MESSAGE);
    nested(whole.toByteArray(), 0, whole.size(), rule.below(), own);
  }

  private void messages(byte[] bytes, int from, int to, FieldRule rule, SchemaNotes noted) {
    SchemaNotes own = noted.of(fields.number(from));
    for (int i = from; i < to; i++) {
      if (fields.isScalar(i)) {
        numbers(bytes, i, i + 1);
        continue;
      }
      boolean empty = fields.start(i) == fields.end(i);
      if (fields.wireType(i) == LENGTH || empty) {
        own.note(SchemaNotes.MESSAGE | (empty ? SchemaNotes.ZERO_COUNTS : 0));
      }
      nested(bytes, fields.start(i), fields.end(i), rule.below(), own);
    }
  }

  private int nested(byte[] bytes, int start, int end, MessageRules below, SchemaNotes own) {
    out.begin(own.number());
    int last = fields(bytes, start, end, below, own);
    out.end();
    return last;
  }

  private void map(byte[] bytes, int from, int to, FieldRule rule, SchemaNotes noted) {
    int number = fields.number(from);
    SchemaNotes own = noted.of(number);
    own.note(SchemaNotes.MAP);
    FieldRule value = rule.below().field(2);
    for (int i : MapEntries.inOrder(fields, bytes, from, to)) {
      out.begin(number);
      int last = fields(bytes, fields.start(i), fields.end(i), rule.below(), own);
      if (last < 2 && value != null && value.isMessage()) {
        // A map's message is there even if it isn't sent.
        own.of(2).note(SchemaNotes.MESSAGE);
        out.begin(2);
        out.end();
      }
      out.end();
    }
  }
}
