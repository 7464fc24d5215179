package io.github.grpconce.embedded.internal.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The head of a frame, which is followed by its content: {@code kind(4) length(4) version(8)
 * synced(8) contentChecksum(4) headChecksum(4)}.
 *
 * <p>The head's checksum also covers the file's version and the frame's position, which are not
 * stored: bytes that got into another place don't pass for a frame.
 *
 * @param length of the content, in bytes
 * @param synced everything in this file before this position was on disk when the frame was
 *     written. It tells damage from a torn tail: a crash can't harm what was synced, so whatever is
 *     unreadable before some readable frame's {@code synced} is damage.
 */
public record Frame(Kind kind, int length, long version, long synced, int contentChecksum) {

  static final int HEAD_BYTES = 32;

  private static final int CHECKED_BYTES = HEAD_BYTES - Integer.BYTES;

  /** The tags are random, so that neither zeros nor text look like one. */
  public enum Kind {
    COMMIT(0x8f1c62d5),
    /** Nothing but a newer {@code synced}, left by an orderly close. */
    MARK(0xb2e7094b),
    ENTRIES(0xd4539a1e),
    /** The last frame of a checkpoint. */
    END(0xe96d17c3);

    private static final Kind[] ALL = values();

    private final int tag;

    Kind(int tag) {
      this.tag = tag;
    }

    private static @Nullable Kind of(int tag) {
      for (Kind kind : ALL) {
        if (kind.tag == tag) {
          return kind;
        }
      }
      return null;
    }
  }

  static Frame of(Kind kind, long version, long synced, ByteBuffer content) {
    return new Frame(kind, content.remaining(), version, synced, checksum(content));
  }

  /** Writes the head to {@code target}, as the one at {@code position} of the file. */
  void encode(FileName file, long position, ByteBuffer target) {
    byte[] head = new byte[HEAD_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(head);
    buffer.putInt(kind.tag).putInt(length).putLong(version).putLong(synced).putInt(contentChecksum);
    buffer.putInt(checksum(file, position, head));
    target.put(head);
  }

  /** The head that starts at the buffer's position, or null if what is there is none. */
  static @Nullable Frame decode(FileName file, long position, ByteBuffer source) {
    Kind kind = Kind.of(source.getInt(source.position()));
    if (kind == null) {
      return null; // before the checksum: a search for heads tries every byte
    }
    byte[] head = new byte[HEAD_BYTES];
    source.get(source.position(), head);
    ByteBuffer buffer = ByteBuffer.wrap(head, Integer.BYTES, HEAD_BYTES - Integer.BYTES);
    Frame frame =
        new Frame(kind, buffer.getInt(), buffer.getLong(), buffer.getLong(), buffer.getInt());
    return buffer.getInt() == checksum(file, position, head) && frame.canBeAt(position)
        ? frame
        : null;
  }

  /** Checksums keep out damage, not whoever can compute them. */
  private boolean canBeAt(long position) {
    return length >= 0 && synced <= position;
  }

  boolean describes(ByteBuffer content) {
    return content.remaining() == length && checksum(content) == contentChecksum;
  }

  private static int checksum(ByteBuffer content) {
    CRC32C checksum = new CRC32C();
    checksum.update(content.duplicate());
    return (int) checksum.getValue();
  }

  private static int checksum(FileName file, long position, byte[] head) {
    CRC32C checksum = new CRC32C();
    checksum.update(head, 0, CHECKED_BYTES);
    checksum.update(
        ByteBuffer.allocate(2 * Long.BYTES).putLong(file.version()).putLong(position).flip());
    return (int) checksum.getValue();
  }
}
