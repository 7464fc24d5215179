package io.github.grpconce.embedded.internal.log;

import io.github.grpconce.embedded.internal.file.FileName;
import io.github.grpconce.embedded.internal.file.FileStorage;
import io.github.grpconce.embedded.internal.file.Frame;
import io.github.grpconce.embedded.internal.file.FrameReader;
import io.github.grpconce.embedded.internal.file.FrameWriter;
import io.github.grpconce.embedded.internal.file.NewFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a directory back: the checkpoint, then the commits after it, in the order of versions. */
final class Recovery {

  private static final int COPY_BYTES = 1 << 20;

  private final FileStorage storage;
  private final CommitLog.RecoveredState state;
  private final Map<FileName, Long> closedSegments = new HashMap<>();
  private long version;

  private Recovery(FileStorage storage, CommitLog.RecoveredState state) {
    this.storage = storage;
    this.state = state;
  }

  /**
   * What was found.
   *
   * @param version the newest
   * @param checkpointBytes the size of the checkpoint, 0 if there is none
   * @param closedSegments sizes of those that are needed besides the one that is written on
   * @param segment ready to append to
   */
  record Recovered(
      long version,
      long checkpointBytes,
      Map<FileName, Long> closedSegments,
      FrameWriter segment) {}

  static Recovered recover(FileStorage storage, CommitLog.RecoveredState state) throws IOException {
    return new Recovery(storage, state).recover();
  }

  private Recovered recover() throws IOException {
    Contents contents = Contents.of(storage);
    long checkpointBytes = 0;
    if (contents.checkpoint().isPresent()) {
      checkpointBytes = Checkpoint.read(storage, contents.checkpoint().get(), state);
      version = contents.checkpointVersion();
    }
    FrameWriter segment = contents.isEmpty() ? firstSegment() : replay(contents.segments());
    // What was seen here must still be seen after the next crash, and only then may the rest go.
    storage.sync();
    for (String superseded : contents.superseded()) {
      storage.delete(superseded);
    }
    return new Recovered(version, checkpointBytes, closedSegments, segment);
  }

  private FrameWriter firstSegment() throws IOException {
    try (NewFile file = NewFile.create(storage, FileName.log(0))) {
      return file.publish();
    }
  }

  private FrameWriter replay(List<FileName> segments) throws IOException {
    if (segments.isEmpty() || segments.get(0).version() > version) {
      throw missing(version, segments.isEmpty() ? null : segments.get(0));
    }
    int last = segments.size() - 1;
    for (int i = 0; i < last; i++) {
      replayClosed(segments.get(i), segments.subList(i + 1, segments.size()));
      if (segments.get(i + 1).version() != version) {
        throw missing(version, segments.get(i + 1));
      }
    }
    return replayOpen(segments.get(last));
  }

  /** All of it was on disk before the next segment was begun. */
  private void replayClosed(FileName name, List<FileName> later) throws IOException {
    try (FrameReader reader = FrameReader.open(storage, name)) {
      replayFrames(reader);
      if (!reader.atEnd()) {
        throw damaged(name, reader.position(), later);
      }
      closedSegments.put(name, reader.position());
    }
  }

  /** A crash can have torn what followed the last sync: that was never acknowledged, and is cut. */
  private FrameWriter replayOpen(FileName name) throws IOException {
    try (FrameReader reader = FrameReader.open(storage, name)) {
      long synced = replayFrames(reader);
      if (!reader.atEnd() && reader.wasSyncedHere()) {
        throw damaged(name, reader.position(), List.of());
      }
      return reopen(name, synced, reader.position());
    }
  }

  /** Returns up to where the frames themselves prove that they were synced. */
  private long replayFrames(FrameReader reader) throws IOException {
    long synced = reader.position();
    for (FrameReader.@Nullable Found found = reader.next(); found != null; found = reader.next()) {
      Frame frame = found.frame();
      synced = Math.max(synced, frame.synced());
      if (frame.kind() == Frame.Kind.COMMIT && frame.version() > version) {
        state.commit(frame.version(), found.content().array());
        version = frame.version();
      }
    }
    return synced;
  }

  /**
   * Cuts the tail, and writes again what may be in the operating system's cache only: if the
   * previous process ended because a sync had failed, the cache can hold commits that the disk
   * lacks, and syncing again would not write them.
   */
  private FrameWriter reopen(FileName name, long synced, long end) throws IOException {
    FileStorage.StoredFile file = storage.open(name.toString());
    try {
      ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(COPY_BYTES, end - synced));
      for (long at = synced; at < end; at += buffer.capacity()) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
        file.read(at, buffer);
        file.write(at, buffer.flip());
      }
      file.truncate(end);
      file.sync();
      return new FrameWriter(name, file, end, end);
    } catch (IOException | RuntimeException e) {
      try (file) {
        throw e;
      }
    }
  }

  private IllegalStateException damaged(FileName name, long offset, List<FileName> later) {
    String place = storage.locate(name.toString());
    String removal = later.isEmpty() ? "" : ", and delete the later segments " + later;
    return new IllegalStateException(
        String.format(
            "%s is damaged at offset %d: what is there fails its checksum, and later writes prove"
                + " that it had been stored. Nothing was changed. Restore the directory from a"
                + " copy; or, to go on with the commits up to version %d and lose all later ones,"
                + " cut the file (truncate -s %2$d %1$s)%4$s.",
            place, offset, version, removal));
  }

  private IllegalStateException missing(long from, @Nullable FileName next) {
    String found = next == null ? "no segment is there" : "the next file is " + next;
    return new IllegalStateException(
        String.format(
            "%s is damaged: the commits after version %d are missing; %s. Nothing was changed."
                + " Restore the directory from a copy.",
            storage.locate(""), from, found));
  }
}
