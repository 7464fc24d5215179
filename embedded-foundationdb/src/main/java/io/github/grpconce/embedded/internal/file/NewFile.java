package io.github.grpconce.embedded.internal.file;

import java.io.Closeable;
import java.io.IOException;

/**
 * A file in the making: written under another name, synced, and only then given its own, so that
 * whoever sees a file under its name sees all that it was made with.
 */
public final class NewFile implements Closeable {

  private final FileStorage storage;
  private final FrameWriter frames;
  private boolean renamed;
  private boolean published;

  private NewFile(FileStorage storage, FrameWriter frames) {
    this.storage = storage;
    this.frames = frames;
  }

  public static NewFile create(FileStorage storage, FileName name) throws IOException {
    FileStorage.StoredFile file = storage.create(unfinished(name));
    NewFile made = new NewFile(storage, new FrameWriter(name, file, FileHeader.BYTES, 0));
    try {
      file.write(0, FileHeader.encode(name));
      return made;
    } catch (IOException | RuntimeException e) {
      try (made) {
        throw e;
      }
    }
  }

  public FrameWriter frames() {
    return frames;
  }

  /** Gives the file its name, durably. The writer stays open and is the caller's. */
  public FrameWriter publish() throws IOException {
    frames.sync();
    storage.rename(unfinished(frames.name()), frames.name().toString());
    renamed = true;
    storage.sync();
    published = true;
    return frames;
  }

  /** Removes the file unless it was published. */
  @Override
  public void close() throws IOException {
    if (!published) {
      frames.close();
    }
    if (!renamed) {
      storage.delete(unfinished(frames.name()));
    }
  }

  private static String unfinished(FileName name) {
    return name + FileName.UNFINISHED;
  }
}
