package io.github.grpconce.cleanroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The whole toolkit works where nothing can be loaded that has native code behind it. */
class CleanRoomTest {
  private static final String SEEDS = "20";

  @Test
  void everySimulation_runsWithoutNativeCode() throws Exception {
    try (CleanRoom room = new CleanRoom(classesWithNativeCode())) {
      Class<?> simulate = room.loadClass("io.github.grpconce.simulation.Simulate");
      Method run = simulate.getDeclaredMethod("run", PrintWriter.class, String[].class);
      run.setAccessible(true);
      StringWriter printed = new StringWriter();

      Object status = run.invoke(null, new PrintWriter(printed), new String[] {"--to", SEEDS});

      assertEquals(0, status, printed::toString);
      assertEquals(List.of(), room.asked());
    }
  }

  @Test
  void nativeClass_isRefused() throws Exception {
    try (CleanRoom room = new CleanRoom(classesWithNativeCode())) {
      Class<?> error = room.loadClass("com.apple.foundationdb.FDBException");
      Object unknown = error.getConstructor(String.class, int.class).newInstance("an error", 1020);

      Throwable thrown =
          assertThrows(
                  ReflectiveOperationException.class,
                  () -> error.getMethod("isRetryable").invoke(unknown))
              .getCause();

      assertTrue(thrown instanceof NoClassDefFoundError, thrown::toString);
      assertEquals(List.of("com.apple.foundationdb.FDB"), room.asked());
    }
  }

  private static Set<String> classesWithNativeCode() throws IOException, URISyntaxException {
    ByteCode foundationDb = new ByteCode();
    foundationDb.addAll(
        Path.of(Database.class.getProtectionDomain().getCodeSource().getLocation().toURI()));
    return foundationDb.namesWithNativeCode();
  }
}
