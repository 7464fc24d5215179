package io.github.grpconce.embedded.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The first bytes of every file: {@code magic(8) format(4) version(8) checksum(4)}. They keep this
 * shape in every format to come, so that an older program can tell a newer file from a damaged one.
 */
final class FileHeader {

  static final int BYTES = 24;

  private static final int FORMAT = 1;
  private static final long LOG_MAGIC = 0x6f6e63652d6c6f67L; // "once-log" in ASCII
  private static final long CHECKPOINT_MAGIC = 0x6f6e63652d636b70L; // "once-ckp" in ASCII
  private static final int CHECKED_BYTES = BYTES - Integer.BYTES;

  private FileHeader() {}

  static ByteBuffer encode(FileName name) {
    ByteBuffer header = ByteBuffer.allocate(BYTES);
    header.putLong(magic(name)).putInt(FORMAT).putLong(name.version());
    header.putInt(checksum(header)).flip();
    return header;
  }

  /** Throws unless the file is what its name says, in a format that this program knows. */
  static void check(FileStorage storage, FileName name, FileStorage.StoredFile file)
      throws IOException {
    ByteBuffer header = ByteBuffer.allocate(BYTES);
    file.read(0, header);
    boolean whole = !header.hasRemaining() && header.getInt(CHECKED_BYTES) == checksum(header);
    if (!whole || header.getLong(0) != magic(name)) {
      throw new IllegalStateException(
          storage.locate(name.toString())
              + " is damaged at offset 0: this is not the beginning of such a file. Nothing was"
              + " changed. Restore the directory from a copy.");
    }
    int format = header.getInt(8);
    if (format != FORMAT) {
      throw new IllegalStateException(
          String.format(
              "%s has format %d; this program knows format %d. Nothing was changed. Open the"
                  + " directory with the newer program that wrote it.",
              storage.locate(name.toString()), format, FORMAT));
    }
    if (header.getLong(12) != name.version()) {
      throw new IllegalStateException(
          String.format(
              "%s starts from version %d by its content: it was renamed. Nothing was changed. Give"
                  + " it back its name, or restore the directory from a copy.",
              storage.locate(name.toString()), header.getLong(12)));
    }
  }

  private static long magic(FileName name) {
    return switch (name.kind()) {
      case LOG -> LOG_MAGIC;
      case CHECKPOINT -> CHECKPOINT_MAGIC;
    };
  }

  private static int checksum(ByteBuffer header) {
    CRC32C checksum = new CRC32C();
    checksum.update(header.slice(0, CHECKED_BYTES));
    return (int) checksum.getValue();
  }
}
