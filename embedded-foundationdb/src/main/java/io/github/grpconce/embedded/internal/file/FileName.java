package io.github.grpconce.embedded.internal.file;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of a file in the directory: what it holds, and the version that it starts from. */
public record FileName(Kind kind, long version) implements Comparable<FileName> {

  /** Ends the name of a file that is not complete yet. */
  static final String UNFINISHED = ".tmp";

  private static final Pattern SHAPE = Pattern.compile("(log|checkpoint)-([0-9]{19})");

  public enum Kind {
    LOG("log"),
    CHECKPOINT("checkpoint");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  public static FileName log(long version) {
    return new FileName(Kind.LOG, version);
  }

  public static FileName checkpoint(long version) {
    return new FileName(Kind.CHECKPOINT, version);
  }

  public static Optional<FileName> parse(String name) {
    Matcher matcher = SHAPE.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Kind kind = matcher.group(1).equals(Kind.LOG.word) ? Kind.LOG : Kind.CHECKPOINT;
    BigInteger version = new BigInteger(matcher.group(2));
    // Beyond 63 bits it is no version, and the file isn't ours.
    return version.bitLength() < Long.SIZE
        ? Optional.of(new FileName(kind, version.longValueExact()))
        : Optional.empty();
  }

  /** Whether this is the name of a file of ours that is not complete yet. */
  public static boolean isUnfinished(String name) {
    return name.endsWith(UNFINISHED)
        && parse(name.substring(0, name.length() - UNFINISHED.length())).isPresent();
  }

  @Override
  public int compareTo(FileName other) {
    return Long.compare(version, other.version);
  }

  /** Padded, so that a listing shows the files in the order of their versions. */
  @Override
  public String toString() {
    return String.format("%s-%019d", kind.word, version);
  }
}
