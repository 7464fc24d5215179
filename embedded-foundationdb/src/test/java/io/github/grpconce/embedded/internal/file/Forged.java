package io.github.grpconce.embedded.internal.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** A frame with a right checksum; its length may be wrong. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Forged(Frame.Kind kind, int tooLong, long version, long synced, byte[] content) {
  /** The bytes of a file with this name and these frames. */
  public static byte[] file(FileName name, List<Forged> frames) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(FileHeader.encode(name).array());
    for (Forged forged : frames) {
      ByteBuffer content = ByteBuffer.wrap(forged.content());
      Frame honest = Frame.of(forged.kind(), forged.version(), forged.synced(), content);
      Frame frame =
          new Frame(
              honest.kind(),
              honest.length() + forged.tooLong(),
              honest.version(),
              honest.synced(),
              honest.contentChecksum());
      ByteBuffer head = ByteBuffer.allocate(Frame.HEAD_BYTES);
      frame.encode(name, file.size(), head);
      file.writeBytes(head.array());
      file.writeBytes(forged.content());
    }
    return file.toByteArray();
  }
}
