package io.github.grpconce.internal.content;

import com.google.protobuf.WireFormat;
import io.github.grpconce.internal.content.FieldRule.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of its schema mattered when a server read a request: which fields it took for messages and
 * maps, left out or didn't know. With it, a server that knows another version of the schema can
 * read a request in the same way.
 *
 * <p>A tree: the notes of a message have those of its fields below them, whichever element of a
 * list they are in. {@link NotesFormat} says how they are stored. One thread at a time while they
 * are taken; then immutable.
 */
public final class SchemaNotes implements MessageRules {

  /** It is a message, or a list of them. */
  static final int MESSAGE = 1;

  static final int MAP = 1 << 1;

  static final int LEFT_OUT = 1 << 2;

  /** A value of zero counted, or an empty one. */
  static final int ZERO_COUNTS = 1 << 3;

  /** It was digested apart. With {@link #SORTED}: some values of the enum are. */
  static final int UNKNOWN = 1 << 4;

  /** A list of closed enums, whose order is digested apart. */
  static final int SORTED = 1 << 5;

  /** An explicit default that isn't zero was left out: the one with this digest. */
  static final int DEFAULT = 1 << 6;

  /** So many fields are noted. Requests have fewer, unless they were made to harm. */
  private static final int MAX_NODES = 4096;

  private final int number;
  private int kinds;
  private int digest;
  private @Nullable List<SchemaNotes> below;

  /** How many nodes the whole tree has. */
  private final int[] nodes;

  private SchemaNotes(int number, int[] nodes) {
    this.number = number;
    this.nodes = nodes;
  }

  /** Returns notes without any, to be taken. */
  static SchemaNotes empty() {
    return new SchemaNotes(0, new int[1]);
  }

  /** Returns the notes of a field, to be taken. */
  SchemaNotes of(int number) {
    if (below == null) {
      below = new ArrayList<>(4);
    }
    List<SchemaNotes> all = below;
    int at = all.size();
    while (at > 0 && all.get(at - 1).number > number) {
      at--;
    }
    if (at > 0 && all.get(at - 1).number == number) {
      return all.get(at - 1);
    }
    SchemaNotes added = new SchemaNotes(number, nodes);
    if (++nodes[0] <= MAX_NODES) {
      all.add(at, added);
    }
    return added;
  }

  void note(int kind) {
    kinds |= kind;
  }

  /** Notes a kind that has a digest; those of further elements are added to it. */
  void note(int kind, int digest) {
    kinds |= kind;
    if (digest != 0) {
      this.digest = this.digest * 31 + digest;
    }
  }

  boolean is(int kind) {
    return (kinds & kind) != 0;
  }

  /** Notes which explicit default was left out. */
  void noteDefault(int digest) {
    kinds |= DEFAULT;
    this.digest = digest;
  }

  int number() {
    return number;
  }

  int kinds() {
    return kinds;
  }

  int digest() {
    return digest;
  }

  List<SchemaNotes> below() {
    return below == null ? List.of() : below;
  }

  /** Whether there were more fields than can be noted. */
  boolean isCut() {
    return nodes[0] > MAX_NODES;
  }

  /** Whether there is nothing to be said, here and below. */
  boolean isEmpty() {
    return kinds == 0 && below().stream().allMatch(SchemaNotes::isEmpty);
  }

  boolean leavesOut() {
    return is(LEFT_OUT) || below().stream().anyMatch(SchemaNotes::leavesOut);
  }

  @Nullable SchemaNotes find(int number) {
    for (SchemaNotes each : below()) {
      if (each.number == number) {
        return each;
      }
    }
    return null;
  }

  @Override
  public @Nullable FieldRule field(int number) {
    SchemaNotes noted = find(number);
    return noted == null ? null : noted.rule();
  }

  private FieldRule rule() {
    Kind kind =
        is(LEFT_OUT)
            ? Kind.LEFT_OUT
            : is(SORTED)
                ? Kind.SORTED
                : is(UNKNOWN)
                    ? Kind.UNKNOWN
                    : is(MAP) ? Kind.MAP : is(MESSAGE) ? Kind.MESSAGES : Kind.PLAIN;
    int wireType =
        switch (kind) {
          case MAP -> WireFormat.WIRETYPE_LENGTH_DELIMITED;
          case SORTED -> WireFormat.WIRETYPE_VARINT;
          default -> FieldRule.ANY;
        };
    return new FieldRule(
        kind, wireType, is(ZERO_COUNTS), is(DEFAULT) ? this::isDefault : null, Set.of(), this);
  }

  private boolean isDefault(byte[] bytes, int start, int end) {
    return UnknownFields.checksum(bytes, start, end) == digest;
  }

  /** Nothing: what was left out there has a rule. */
  @Override
  public int[] leftOut() {
    return new int[0];
  }
}
