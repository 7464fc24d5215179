package io.github.grpconce.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The checks that prove the engine would notice if it were wrong: each defect is planted in a copy
 * of one class's source, the copy compiled, and the checks run on an engine with it.
 */
class SeededDefectsTest {
  private static final Path SOURCES =
      Path.of("src", "main", "java", "io", "github", "grpconce", "embedded");

  /** A mistake in one place, and the kind of recordings that is sure to show it. */
  enum Defect {
    NO_CONFLICT_DETECTION(
        "conflict",
        "CommitProxy",
        "conflicts.isWrittenAfter(range, request.readVersion())",
        "false"),
    NO_RANGE_READ_CONFLICTS(
        "conflict",
        "ReadYourWrites",
        "addConflicts(ReadConflicts.ofRange(begin, end, reverse, result, maxKey));",
        ""),
    NO_GET_KEY_CONFLICTS(
        "extent", "ReadYourWrites", "addConflicts(ReadConflicts.ofKey(selector, key));", ""),
    LIMIT_IGNORED_IN_CONFLICT_EXTENT(
        "extent",
        "ReadConflicts",
        "end.offset() > 0 && result.more()",
        "end.offset() < 0 && result.more()"),
    REVERSE_EXTENT_WRONG(
        "extent",
        "ReadConflicts",
        "begin.offset() <= 1 && result.more()",
        "begin.offset() <= -99 && result.more()"),
    NO_TOO_OLD_CHECK(
        "age",
        "NativeTransaction",
        "state.version() < cluster.storage().oldestVersion()",
        "state.version() < 0"),
    OWN_WRITES_IN_READ_CONFLICTS(
        "conflict",
        "WriteCursor",
        "return isUnmodified() || (isOperation() && !isIndependent());",
        "return true;"),
    SNAPSHOT_READS_CONFLICT("conflict", "EmbeddedSnapshot", "return true;", "return false;"),
    NO_KEY_LIMIT(
        "error", "ReadYourWrites", "key.length > Keys.writeSizeLimit(key)", "key.length < 0"),
    UNREADABLE_CHECK_OFF(
        "stamp",
        "WriteCursor",
        "behind ? entry.following().unreadable() : entry.unreadable()",
        "false"),
    ADD_LOSES_ITS_CARRY("atomic", "Operation", "carry >>>= Byte.SIZE;", "carry = 0;"),
    ACKNOWLEDGED_BEFORE_STORED(
        "watch", "CommitProxy", "stored.isDone() && !stored.isCompletedExceptionally()", "true"),
    WATCH_NEVER_FIRES("watch", "WatchRegistry", "fired.add(watch);", "fired.size();"),
    VERSIONSTAMP_WITHOUT_VERSION("stamp", "Versionstamps", "putLong(version)", "putLong(1)");

    private final String kind;
    private final String type;
    private final String right;
    private final String wrong;

    Defect(String kind, String type, String right, String wrong) {
      this.kind = kind;
      this.type = type;
      this.right = right;
      this.wrong = wrong;
    }
  }

  /** Loads the engine's classes anew, those with the defect first. */
  private static final class DefectiveEngine extends URLClassLoader {
    DefectiveEngine(Path defective) {
      super(urls(defective), SeededDefectsTest.class.getClassLoader());
    }

    private static URL[] urls(Path defective) {
      List<URL> urls = new ArrayList<>(List.of(url(defective)));
      for (String path : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        urls.add(url(Path.of(path)));
      }
      return urls.toArray(new URL[0]);
    }

    private static URL url(Path path) {
      try {
        return path.toUri().toURL();
      } catch (MalformedURLException impossible) {
        throw new IllegalArgumentException(impossible);
      }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.github.grpconce.embedded.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void defect_isNoticed(Defect defect) throws Exception {
    plant(defect);
    try (DefectiveEngine engine = new DefectiveEngine(directory)) {
      Class<?> checks = engine.loadClass("io.github.grpconce.embedded.EngineChecks");

      Object failure = checks.getMethod("firstFailure", String.class).invoke(null, defect.kind);
      assertNotNull(failure, "nothing was noticed");
    }
  }

  private void plant(Defect defect) throws IOException {
    String source = Files.readString(SOURCES.resolve(defect.type + ".java"));
    String oneLine = source.replaceAll("\\s+", " ");
    String right = defect.right.replaceAll("\\s+", " ");
    assertTrue(oneLine.contains(right), defect.type + " no longer says " + right);
    // Line ends matter to nobody but line comments, which go first.
    String code = source.replaceAll("(?m)//.*$", "").replaceAll("\\s+", " ");
    Path file = directory.resolve(defect.type + ".java");
    Files.writeString(file, code.replace(right, defect.wrong));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-nowarn",
                "-proc:none",
                "-d",
                directory.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                file.toString());
    assertEquals(0, status, "the defect does not compile");
  }
}
