package io.github.grpconce.embedded.internal.log;

import io.github.grpconce.embedded.internal.file.FileName;
import io.github.grpconce.embedded.internal.file.FileStorage;
import io.github.grpconce.embedded.internal.file.Frame;
import io.github.grpconce.embedded.internal.file.FrameWriter;
import io.github.grpconce.embedded.internal.file.NewFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The end of the log, where commits are appended. Used by the writer alone. */
final class LogTail {

  private final FileStorage storage;
  private final boolean sync;
  private FrameWriter segment;
  private long version;

  LogTail(FileStorage storage, boolean sync, Recovery.Recovered recovered) {
    this.storage = storage;
    this.sync = sync;
    this.segment = recovered.segment();
    this.version = recovered.version();
  }

  /** The size of the segment that is written on. */
  long bytes() {
    return segment.position();
  }

  String location() {
    return storage.locate(segment.name().toString());
  }

  void append(long version, ByteBuffer commit) throws IOException {
    segment.append(Frame.Kind.COMMIT, version, commit);
    this.version = version;
  }

  /** What was appended survives from now on. */
  void store() throws IOException {
    if (sync) {
      segment.sync();
    } else {
      segment.flush();
    }
  }

  /** Begins the next segment and returns the name of the one that is closed. */
  FileName rotate() throws IOException {
    segment.sync();
    try (NewFile file = NewFile.create(storage, FileName.log(version))) {
      FrameWriter closed = segment;
      segment = file.publish();
      closed.close();
      return closed.name();
    }
  }

  /** Leaves a mark that all is stored: from now on any unreadable byte is damage, not a crash. */
  void end() throws IOException {
    segment.sync();
    segment.append(Frame.Kind.MARK, version, ByteBuffer.allocate(0));
    segment.sync();
  }

  void close() throws IOException {
    segment.close();
  }
}
