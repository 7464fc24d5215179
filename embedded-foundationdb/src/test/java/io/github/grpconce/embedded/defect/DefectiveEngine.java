package io.github.grpconce.embedded.defect;

import com.apple.foundationdb.Database;
import io.github.grpconce.embedded.EmbeddedDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Loads the engine, and the suite that checks it, once more: with a defect planted in the engine's
 * byte code, so that its source needs no switches.
 */
public final class DefectiveEngine extends ClassLoader {
  private static final String PACKAGE = EmbeddedDatabase.class.getPackageName() + ".";

  private final List<Redirect> defect;

  DefectiveEngine(List<Redirect> defect) {
    super(DefectiveEngine.class.getClassLoader());
    this.defect = defect;
  }

  /**
   * The suite, to be given the name of a check; it answers with what the check found.
   *
   * @throws IllegalStateException if the defect can't be planted
   */
  @SuppressWarnings("unchecked") // what Suite implements
  Function<String, Optional<String>> suite() {
    try {
      plantAll();
      return (Function<String, Optional<String>>)
          loadClass(Suite.class.getName()).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void plantAll() throws ClassNotFoundException {
    for (Redirect redirect : defect) {
      loadClass(redirect.className());
    }
  }

  /** Makes databases in memory, all of one engine with the defect. */
  public static Supplier<Database> databases(Defect defect) {
    DefectiveEngine engine = new DefectiveEngine(defect.redirects());
    try {
      engine.plantAll();
      Method inMemory = engine.loadClass(EmbeddedDatabase.class.getName()).getMethod("inMemory");
      return () -> make(inMemory);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Database make(Method inMemory) {
    try {
      return (Database) inMemory.invoke(null);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(PACKAGE)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known == null ? define(name) : known;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream stored = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (stored == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] code = stored.readAllBytes();
      for (Redirect redirect : defect) {
        if (redirect.className().equals(name)) {
          code = redirect.applyTo(code);
        }
      }
      return defineClass(name, code, 0, code.length);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
