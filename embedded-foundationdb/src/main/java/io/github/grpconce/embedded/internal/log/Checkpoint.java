package io.github.grpconce.embedded.internal.log;

import io.github.grpconce.embedded.internal.file.FileName;
import io.github.grpconce.embedded.internal.file.FileStorage;
import io.github.grpconce.embedded.internal.file.Frame;
import io.github.grpconce.embedded.internal.file.FrameReader;
import io.github.grpconce.embedded.internal.file.FrameWriter;
import io.github.grpconce.embedded.internal.file.NewFile;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads checkpoint files: blocks of {@code keyLength valueLength key value}, then an
 * end.
 */
final class Checkpoint {

  /** Large enough that a frame's head weighs nothing, small enough to be read at once. */
  private static final int BLOCK_BYTES = 64 << 10;

  /**
   * A commit's sync can have to wait for whatever else the disk was given before: never for more of
   * a checkpoint than this.
   */
  private static final int UNSYNCED_BYTES = 1 << 20;

  private final FrameWriter frames;
  private final long version;
  private final BooleanSupplier cancelled;
  private final ByteArrayOutputStream block = new ByteArrayOutputStream(2 * BLOCK_BYTES);
  private final DataOutputStream fields = new DataOutputStream(block);

  private Checkpoint(FrameWriter frames, long version, BooleanSupplier cancelled) {
    this.frames = frames;
    this.version = version;
    this.cancelled = cancelled;
  }

  /**
   * Stores a snapshot and returns its size in bytes.
   *
   * @param cancelled asked now and then; true ends it with a {@link CancellationException}
   */
  static long write(FileStorage storage, CommitLog.Snapshot snapshot, BooleanSupplier cancelled)
      throws IOException {
    FileName name = FileName.checkpoint(snapshot.version());
    try (NewFile file = NewFile.create(storage, name)) {
      Checkpoint checkpoint = new Checkpoint(file.frames(), snapshot.version(), cancelled);
      try {
        snapshot.forEach(checkpoint::add);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      checkpoint.end();
      try (FrameWriter published = file.publish()) {
        return published.position();
      }
    }
  }

  /** Passes all entries on and returns the file's size in bytes. */
  static long read(FileStorage storage, FileName name, CommitLog.RecoveredState state)
      throws IOException {
    try (FrameReader reader = FrameReader.open(storage, name)) {
      long offset = reader.position();
      FrameReader.@Nullable Found found = reader.next();
      while (found != null && isPassedOn(found, state)) {
        offset = reader.position();
        found = reader.next();
      }
      if (found == null || found.frame().kind() != Frame.Kind.END || !reader.atEnd()) {
        throw new IllegalStateException(
            String.format(
                "%s is damaged at offset %d: what is there is not what was stored. Nothing"
                    + " was changed. Restore the directory from a copy.",
                storage.locate(name.toString()), offset));
      }
      return reader.position();
    }
  }

  /**
   * Returns false if the frame holds something else than entries, although its checksum is right.
   */
  private static boolean isPassedOn(FrameReader.Found found, CommitLog.RecoveredState state) {
    if (found.frame().kind() != Frame.Kind.ENTRIES) {
      return false;
    }
    ByteBuffer block = found.content();
    while (block.remaining() >= 2 * Integer.BYTES) {
      int keyLength = block.getInt();
      int valueLength = block.getInt();
      if (keyLength < 0 || valueLength < 0 || keyLength > block.remaining() - valueLength) {
        return false; // before so many bytes are asked for
      }
      byte[] key = new byte[keyLength];
      byte[] value = new byte[valueLength];
      block.get(key).get(value);
      state.entry(key, value);
    }
    return !block.hasRemaining();
  }

  private void add(byte[] key, byte[] value) {
    try {
      fields.writeInt(key.length);
      fields.writeInt(value.length);
      fields.write(key);
      fields.write(value);
      if (block.size() >= BLOCK_BYTES) {
        endBlock();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void end() throws IOException {
    endBlock();
    frames.append(Frame.Kind.END, version, ByteBuffer.allocate(0));
  }

  private void endBlock() throws IOException {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("the log is being closed");
    }
    frames.append(Frame.Kind.ENTRIES, version, ByteBuffer.wrap(block.toByteArray()));
    block.reset();
    if (frames.unsyncedBytes() >= UNSYNCED_BYTES) {
      frames.sync();
    }
  }
}
