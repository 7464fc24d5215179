package io.github.grpconce.internal.content;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * How {@link SchemaNotes} are stored. For each field, by number: the number (varint), a byte that
 * says what is noted, a digest (four bytes, little endian) where the kind has one, and, if it says
 * so, the fields below it and a zero.
 */
public final class NotesFormat {

  /**
   * Some forty messages, maps and fields that are left out, or twenty unknown fields: so that a
   * record stays small, whatever the request is like.
   */
  public static final int MAX_BYTES = 120;

  private static final int WITH_DIGEST =
      SchemaNotes.UNKNOWN | SchemaNotes.SORTED | SchemaNotes.DEFAULT;
  private static final int BELOW = 1 << 7;

  private NotesFormat() {}

  /** Returns the notes as they are stored; empty if they take more than {@link #MAX_BYTES}. */
  public static Optional<ByteString> encode(SchemaNotes notes) {
    if (notes.isEmpty()) {
      return notes.isCut() ? Optional.empty() : Optional.of(ByteString.EMPTY);
    }
    byte[] bytes = new byte[MAX_BYTES];
    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
    try {
      writeBelow(notes, output);
    } catch (CodedOutputStream.OutOfSpaceException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("memory can't be written", e);
    }
    return notes.isCut()
        ? Optional.empty()
        : Optional.of(ByteString.copyFrom(bytes, 0, output.getTotalBytesWritten()));
  }

  private static void writeBelow(SchemaNotes notes, CodedOutputStream output) throws IOException {
    for (SchemaNotes each : notes.below()) {
      if (!each.isEmpty()) {
        write(each, output);
      }
    }
  }

  private static void write(SchemaNotes note, CodedOutputStream output) throws IOException {
    boolean hasMore = note.below().stream().anyMatch(each -> !each.isEmpty());
    output.writeUInt32NoTag(note.number());
    output.write((byte) (note.kinds() | (hasMore ? BELOW : 0)));
    if (note.is(WITH_DIGEST)) {
      output.writeFixed32NoTag(note.digest());
    }
    if (hasMore) {
      writeBelow(note, output);
      output.writeUInt32NoTag(0);
    }
  }

  /**
   * Reads notes.
   *
   * @throws IOException if they are damaged
   */
  public static SchemaNotes decode(ByteString encoded) throws IOException {
    if (encoded.size() > MAX_BYTES) {
      throw new IOException("longer than any");
    }
    SchemaNotes notes = SchemaNotes.empty();
    CodedInputStream input = encoded.newCodedInput();
    while (!input.isAtEnd()) {
      read(notes.of(input.readUInt32()), input);
    }
    return notes;
  }

  private static void read(SchemaNotes note, CodedInputStream input) throws IOException {
    int kinds = input.readRawByte() & 0xFF;
    note.note(kinds & ~BELOW);
    if (note.is(WITH_DIGEST)) {
      note.note(0, input.readFixed32());
    }
    if ((kinds & BELOW) == 0) {
      return;
    }
    for (int number = input.readUInt32(); number != 0; number = input.readUInt32()) {
      read(note.of(number), input);
    }
  }
}
