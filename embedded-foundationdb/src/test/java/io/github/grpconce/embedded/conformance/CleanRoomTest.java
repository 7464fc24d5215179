package io.github.grpconce.embedded.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nothing here needs FoundationDB's native library: where loading it fails, everything works. */
class CleanRoomTest {
  /** The classes whose loading is the beginning of loading the native library. */
  private static final Set<String> NATIVE =
      Set.of(
          "com.apple.foundationdb.FDB",
          "com.apple.foundationdb.NativeObjectWrapper",
          "com.apple.foundationdb.NativeFuture",
          "com.apple.foundationdb.JNIUtil",
          "com.apple.foundationdb.FDBDatabase",
          "com.apple.foundationdb.FDBTransaction");

  /** Loads everything itself, and refuses what is native. */
  private static final class CleanRoom extends URLClassLoader {
    CleanRoom() {
      super(
          Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1))
              .map(CleanRoom::url)
              .toArray(URL[]::new),
          ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String path) {
      try {
        return java.nio.file.Path.of(path).toUri().toURL();
      } catch (java.net.MalformedURLException impossible) {
        throw new IllegalArgumentException(impossible);
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (NATIVE.contains(name)) {
        throw new AssertionError("native code would be loaded through " + name);
      }
      return super.findClass(name);
    }
  }

  @Test
  void everyRecordedAnswer_isGivenWithoutLoadingNativeCode()
      throws IOException, ReflectiveOperationException {
    try (CleanRoom room = new CleanRoom()) {
      Class<?> checks = room.loadClass("io.github.grpconce.embedded.conformance.EngineChecks");
      Object failure = checks.getMethod("firstFailure").invoke(null);

      assertEquals(null, failure);
    }
  }

  @Test
  void cleanRoom_refusesNativeClasses() throws IOException {
    try (CleanRoom room = new CleanRoom()) {
      assertThrows(AssertionError.class, () -> room.loadClass("com.apple.foundationdb.FDB"));
    }
  }
}
