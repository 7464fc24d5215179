package io.github.grpconce.embedded.internal.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads frames from a file, one after the other. Not thread-safe. */
public final class FrameReader implements Closeable {

  private static final int WINDOW_BYTES = 1 << 20;

  private final FileName name;
  private final FileStorage.StoredFile file;
  private final long size;
  private final ByteBuffer window;
  private long windowStart;
  private long position = FileHeader.BYTES;

  private FrameReader(FileName name, FileStorage.StoredFile file) throws IOException {
    this.name = name;
    this.file = file;
    this.size = file.size();
    this.window = ByteBuffer.allocate((int) Math.min(WINDOW_BYTES, size)).limit(0);
  }

  public static FrameReader open(FileStorage storage, FileName name) throws IOException {
    FileStorage.StoredFile file = storage.open(name.toString());
    try {
      FileHeader.check(storage, name, file);
      return new FrameReader(name, file);
    } catch (IOException | RuntimeException e) {
      try (file) {
        throw e;
      }
    }
  }

  /** A valid frame; the content is the caller's to keep. */
  public record Found(Frame frame, ByteBuffer content) {}

  /** The frame at {@link #position}, which moves behind it; null if there is no valid one. */
  public @Nullable Found next() throws IOException {
    Frame frame = headAt(position);
    if (frame == null || frame.length() > size - position - Frame.HEAD_BYTES) {
      return null;
    }
    ByteBuffer content = copy(position + Frame.HEAD_BYTES, frame.length());
    if (!frame.describes(content)) {
      return null;
    }
    position += Frame.HEAD_BYTES + frame.length();
    return new Found(frame, content);
  }

  /** Where the next frame starts, or ought to. */
  public long position() {
    return position;
  }

  public boolean atEnd() {
    return position == size;
  }

  /** Whether some head further on says that what is at {@link #position} was on disk before it. */
  public boolean wasSyncedHere() throws IOException {
    for (long at = position + 1; at + Frame.HEAD_BYTES <= size; at++) {
      Frame frame = headAt(at);
      if (frame != null && frame.synced() > position) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private @Nullable Frame headAt(long at) throws IOException {
    if (at + Frame.HEAD_BYTES > size) {
      return null;
    }
    if (at < windowStart || at + Frame.HEAD_BYTES > windowStart + window.limit()) {
      fillWindow(at);
    }
    return Frame.decode(name, at, window.position((int) (at - windowStart)));
  }

  private ByteBuffer copy(long from, int length) throws IOException {
    ByteBuffer copy = ByteBuffer.allocate(length);
    if (from + length <= windowStart + window.limit()) {
      copy.put(window.slice((int) (from - windowStart), length));
    } else {
      file.read(from, copy);
    }
    return copy.flip();
  }

  private void fillWindow(long start) throws IOException {
    window.clear();
    file.read(start, window);
    window.flip();
    windowStart = start;
  }
}
