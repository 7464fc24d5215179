package io.github.grpconce.testing.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LogNotesTest {

  private static final Logger GUARD = Logger.getLogger("io.github.grpconce.server.Something");

  @Test
  void warnings_goIntoTheTranscript() {
    Transcript transcript = new Transcript();
    try (LogNotes notes = new LogNotes(Set.of(Thread.currentThread().getId()))) {
      notes.takeInto(transcript);
      GUARD.log(Level.WARNING, "it broke", new IllegalStateException("why"));
      GUARD.log(Level.INFO, "by the way");
    }
    assertEquals(
        List.of("log       it broke: java.lang.IllegalStateException: why"), transcript.lines());
  }
}
