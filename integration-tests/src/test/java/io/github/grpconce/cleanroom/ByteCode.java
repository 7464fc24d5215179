package io.github.grpconce.cleanroom;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;

/** What some class files say about their classes: types are named as there, with slashes. */
final class ByteCode {
  static final String CLASS_INITIALIZER = "<clinit>";

  /** A method by its name, its parameters and what it returns. */
  record Method(String type, String name, String descriptor) {
    static Method initializerOf(String type) {
      return new Method(type, CLASS_INITIALIZER, "()V");
    }

    /** Whether it is one of Java's that load native code. */
    boolean loadsLibrary() {
      return (type.equals("java/lang/System") || type.equals("java/lang/Runtime"))
          && (name.equals("load") || name.equals("loadLibrary"));
    }

    Method in(String otherType) {
      return new Method(otherType, name, descriptor);
    }

    @Override
    public String toString() {
      return type.replace('/', '.') + "." + name + descriptor;
    }
  }

  /**
   * What a method does, as far as it matters here.
   *
   * @param exact what it calls without asking the receiver's class
   * @param dispatched what it calls as the receiver's class has it
   * @param made the classes that it makes objects of
   */
  record Body(boolean isNative, Set<Method> exact, Set<Method> dispatched, Set<String> made) {
    Body(boolean isNative) {
      this(isNative, new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    }
  }

  /**
   * A class.
   *
   * @param parents its superclass, then its interfaces
   * @param bodies of the methods that it declares and that are not abstract
   */
  record JavaType(String name, List<String> parents, Map<Method, Body> bodies) {}

  private final Map<String, JavaType> types = new HashMap<>();

  /** Adds all classes of a directory or of a jar. */
  void addAll(Path place) throws IOException {
    if (Files.isDirectory(place)) {
      addBelow(place);
      return;
    }
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      addBelow(jar.getPath("/"));
    }
  }

  private void addBelow(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.toString();
        if (name.endsWith(".class") && !name.endsWith("-info.class")) {
          add(Files.readAllBytes(file));
        }
      }
    }
  }

  /** Adds a class that is on the class path. */
  void add(Class<?> type) throws IOException {
    try (InputStream code =
        type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
      add(code.readAllBytes());
    }
  }

  private void add(byte[] code) {
    TypeReader reader = new TypeReader();
    new ClassReader(code).accept(reader, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    JavaType type = reader.type();
    types.put(type.name(), type);
  }

  Set<String> names() {
    return types.keySet();
  }

  Set<Method> methodsOf(String name) {
    JavaType type = types.get(name);
    return type == null ? Set.of() : type.bodies().keySet();
  }

  /** The classes, named as in Java, that have native methods or load a library. */
  Set<String> namesWithNativeCode() {
    return types.values().stream()
        .filter(
            type ->
                type.bodies().values().stream()
                    .anyMatch(
                        body ->
                            body.isNative()
                                || body.exact().stream().anyMatch(Method::loadsLibrary)
                                || body.dispatched().stream().anyMatch(Method::loadsLibrary)))
        .map(type -> type.name().replace('/', '.'))
        .collect(Collectors.toSet());
  }

  /**
   * What a call of this method runs when the receiver's class is the one named; null if unknown.
   */
  @Nullable Method find(Method method) {
    JavaType type = types.get(method.type());
    if (type == null) {
      return null;
    }
    if (type.bodies().containsKey(method)) {
      return method;
    }
    for (String parent : type.parents()) {
      Method inherited = find(method.in(parent));
      if (inherited != null) {
        return inherited;
      }
    }
    return null;
  }

  @Nullable Body body(Method method) {
    JavaType type = types.get(method.type());
    return type == null ? null : type.bodies().get(method);
  }

  /** The type and all that it extends or implements, as far as that is known. */
  Set<String> withParents(String name) {
    Set<String> all = new HashSet<>();
    collect(name, all);
    return all;
  }

  private void collect(String name, Set<String> all) {
    JavaType type = types.get(name);
    if (all.add(name) && type != null) {
      type.parents().forEach(parent -> collect(parent, all));
    }
  }
}
