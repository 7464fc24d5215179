package io.github.grpconce.testing.internal.process;

import io.github.grpconce.testing.internal.link.TakenLog;
import java.util.Set;
import java.util.logging.LogRecord;

/** Takes what grpc-once logs in some threads into a transcript. */
public final class LogNotes implements AutoCloseable {

  private final TakenLog log;
  private volatile Transcript transcript = new Transcript();

  /**
   * Begins to listen.
   *
   * @param threads their IDs; there may be more later
   */
  public LogNotes(Set<Long> threads) {
    this.log = new TakenLog(threads, this::note);
  }

  /** From now on, takes notes here. */
  public void takeInto(Transcript next) {
    transcript = next;
  }

  private void note(LogRecord entry) {
    Throwable thrown = entry.getThrown();
    transcript.note("log", entry.getMessage() + (thrown == null ? "" : ": " + thrown));
  }

  @Override
  public void close() {
    log.close();
  }
}
