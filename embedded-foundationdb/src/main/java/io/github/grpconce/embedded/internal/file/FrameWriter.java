package io.github.grpconce.embedded.internal.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Appends frames to a file. Not thread-safe. */
public final class FrameWriter implements Closeable {

  private static final int BUFFER_BYTES = 64 << 10;

  private final FileName name;
  private final FileStorage.StoredFile file;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private long written;
  private long synced;

  /**
   * Goes on at {@code position}, of which {@code synced} bytes are known to be on disk. The file
   * belongs to the writer from now on.
   */
  public FrameWriter(FileName name, FileStorage.StoredFile file, long position, long synced) {
    this.name = name;
    this.file = file;
    this.written = position;
    this.synced = synced;
  }

  public FileName name() {
    return name;
  }

  /** Where the next frame will start; also the file's size once flushed. */
  public long position() {
    return written + buffer.position();
  }

  /** How much a crash of the machine can still take away. */
  public long unsyncedBytes() {
    return position() - synced;
  }

  public void append(Frame.Kind kind, long version, ByteBuffer content) throws IOException {
    if (buffer.remaining() < Frame.HEAD_BYTES) {
      flush();
    }
    Frame.of(kind, version, synced, content).encode(name, position(), buffer);
    ByteBuffer rest = content.duplicate();
    while (rest.hasRemaining()) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int part = Math.min(buffer.remaining(), rest.remaining());
      buffer.put(rest.slice().limit(part));
      rest.position(rest.position() + part);
    }
  }

  /** Hands everything to the operating system: it then survives this process, not the machine. */
  public void flush() throws IOException {
    buffer.flip();
    int bytes = buffer.remaining();
    file.write(written, buffer);
    written += bytes;
    buffer.clear();
  }

  /** Makes everything durable. */
  public void sync() throws IOException {
    flush();
    file.sync();
    synced = written;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
