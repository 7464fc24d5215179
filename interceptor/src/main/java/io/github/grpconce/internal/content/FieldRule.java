package io.github.grpconce.internal.content;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a field is read.
 *
 * @param wireType of one value; {@link #ANY} if that isn't known
 * @param zeroCounts whether a single value that is zero or empty says something, because the field
 *     is a list, chooses a member of a oneof, or has another default
 * @param omitted which values count as absent, apart from zero; null if none does
 * @param values the numbers that a closed enum has here; empty if that isn't known
 * @param below how the fields of its messages are read
 */
record FieldRule(
    Kind kind,
    int wireType,
    boolean zeroCounts,
    @Nullable Omitted omitted,
    Set<Long> values,
    MessageRules below) {

  static final int ANY = -1;

  /** Whatever it is, it is digested apart. */
  static final FieldRule UNKNOWN = ofAny(Kind.UNKNOWN);

  /** Whatever it is, it is written as it came. */
  static final FieldRule PLAIN = ofAny(Kind.PLAIN);

  /** How a field's occurrences make its value. */
  enum Kind {
    UNKNOWN,
    LEFT_OUT,
    /** All of them, in order. */
    PLAIN,
    /** Numbers or enums that may be packed. */
    NUMBERS,
    /** Closed enums: their order is lost where one of the values isn't known. */
    SORTED,
    /** The last one. */
    SINGLE,
    /** One message, maybe in parts. */
    MESSAGE,
    MESSAGES,
    MAP
  }

  /** Says of a value, as it is sent and without its length, whether it counts as absent. */
  interface Omitted {
    boolean test(byte[] bytes, int start, int end);
  }

  private static FieldRule ofAny(Kind kind) {
    return new FieldRule(kind, ANY, false, null, Set.of(), MessageRules.NONE);
  }

  boolean omits(byte[] bytes, int start, int end) {
    return omitted != null && omitted.test(bytes, start, end);
  }

  boolean isMessage() {
    return kind == Kind.MESSAGE || kind == Kind.MESSAGES;
  }
}
