package io.github.grpconce.internal.content;

import java.util.OptionalInt;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares what two readings of requests have digested apart: unknown fields, and the order of
 * closed enums.
 */
public final class NotesComparison {

  private NotesComparison() {}

  /**
   * Returns the first top-level field that differs, or has one below it that does.
   *
   * @param recorded of the recorded request
   * @param read of the other request, read in the same way, or as its server does
   * @param own of the other request, read as its server does: what that leaves out, or can't tell
   *     the order of, doesn't count
   */
  public static OptionalInt firstDifference(
      SchemaNotes recorded, SchemaNotes read, SchemaNotes own) {
    TreeSet<Integer> numbers = new TreeSet<>();
    recorded.below().forEach(each -> numbers.add(each.number()));
    read.below().forEach(each -> numbers.add(each.number()));
    own.below().forEach(each -> numbers.add(each.number()));
    return numbers.stream()
        .mapToInt(Integer::intValue)
        .filter(each -> differ(recorded.find(each), read.find(each), own.find(each)))
        .findFirst();
  }

  private static boolean differ(
      @Nullable SchemaNotes recorded, @Nullable SchemaNotes read, @Nullable SchemaNotes own) {
    SchemaNotes there = recorded == null ? SchemaNotes.empty() : recorded;
    SchemaNotes here = read == null ? SchemaNotes.empty() : read;
    SchemaNotes known = own == null ? SchemaNotes.empty() : own;
    if (there.is(SchemaNotes.LEFT_OUT) || known.is(SchemaNotes.LEFT_OUT)) {
      return false;
    }
    if (known.is(SchemaNotes.ZERO_COUNTS) && recorded == null) {
      // It wasn't there.
      return true;
    }
    boolean unknown = there.is(SchemaNotes.UNKNOWN) || here.is(SchemaNotes.UNKNOWN);
    boolean same = there.digest() == here.digest();
    if (there.is(SchemaNotes.SORTED) || here.is(SchemaNotes.SORTED)) {
      return !same && !unknown && !known.is(SchemaNotes.UNKNOWN);
    }
    if (unknown) {
      return !same && !(there.is(SchemaNotes.UNKNOWN) && known.leavesOut());
    }
    return firstDifference(there, here, known).isPresent();
  }
}
