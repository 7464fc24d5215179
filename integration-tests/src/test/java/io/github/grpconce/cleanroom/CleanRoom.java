package io.github.grpconce.cleanroom;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Loads the whole class path once more, but for what has native code behind it. */
final class CleanRoom extends URLClassLoader {
  private final Set<String> refused;
  private final List<String> asked = new ArrayList<>();

  /**
   * A class loader.
   *
   * @param refused the names of classes that can't be loaded
   */
  CleanRoom(Set<String> refused) {
    super(
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(CleanRoom::url)
            .toArray(URL[]::new),
        ClassLoader.getPlatformClassLoader());
    this.refused = refused;
  }

  private static URL url(String place) {
    try {
      return Path.of(place).toUri().toURL();
    } catch (MalformedURLException impossible) {
      throw new IllegalArgumentException(impossible);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (refused.contains(name)) {
      synchronized (asked) {
        asked.add(name);
      }
      throw new NoClassDefFoundError(name + " has native code");
    }
    return super.findClass(name);
  }

  /** What was asked for and refused: somebody might get over it in silence. */
  List<String> asked() {
    synchronized (asked) {
      return List.copyOf(asked);
    }
  }
}
