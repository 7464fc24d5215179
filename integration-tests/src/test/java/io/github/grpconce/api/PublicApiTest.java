package io.github.grpconce.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.grpconce.RequestId;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.testing.ExactlyOnce;
import japicmp.cmp.JApiCmpArchive;
import japicmp.cmp.JarArchiveComparator;
import japicmp.cmp.JarArchiveComparatorOptions;
import japicmp.config.Options;
import japicmp.filter.JavadocLikePackageFilter;
import japicmp.model.AccessModifier;
import japicmp.model.JApiClass;
import japicmp.output.stdout.StdoutOutputGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What users can see of each artifact is what was recorded, so that a change of it is seen where
 * changes are read: {@code api/}. There is no release to compare with; the recorded text is what
 * japicmp says that the artifact has more than nothing.
 */
final class PublicApiTest {

  /** Tests run in their module's directory. */
  private static final Path RECORDED = Path.of("..", "api");

  @TempDir private Path directory;

  enum Artifact {
    INTERCEPTOR(RequestId.class),
    TESTING(ExactlyOnce.class),
    EMBEDDED_FOUNDATIONDB(EmbeddedDatabase.class);

    private final Class<?> door;

    Artifact(Class<?> door) {
      this.door = door;
    }

    Path recorded() {
      return RECORDED.resolve(name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + ".txt");
    }
  }

  @ParameterizedTest
  @EnumSource
  void artifactsApi_isTheRecordedOne(Artifact artifact) throws Exception {
    String api = apiOf(artifact);
    if (Boolean.getBoolean("grpconce.record-api")) {
      Files.createDirectories(RECORDED);
      Files.writeString(artifact.recorded(), api);
    }
    assertEquals(
        Files.readString(artifact.recorded()),
        api,
        "the API has changed: if it should, record it with -Dgrpconce.record-api=true");
  }

  private String apiOf(Artifact artifact) throws Exception {
    Path nothing = jar("nothing.jar", Stream.of());
    JarArchiveComparatorOptions options = new JarArchiveComparatorOptions();
    options.setAccessModifier(AccessModifier.PROTECTED);
    options.getIgnoreMissingClasses().setIgnoreAllMissingClasses(true);
    for (String room : List.of("", ".testing", ".embedded")) {
      options
          .getFilters()
          .getExcludes()
          .add(new JavadocLikePackageFilter("io.github.grpconce" + room + ".internal", false));
    }
    List<JApiClass> classes =
        new JarArchiveComparator(options).compare(archive(nothing), archive(jarOf(artifact.door)));
    Options output = Options.newDefault();
    output.setOutputOnlyModifications(true);
    return new StdoutOutputGenerator(output, classes)
        .generate()
        .lines()
        .filter(line -> line.startsWith("+++") || line.startsWith("\t"))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static JApiCmpArchive archive(Path jar) {
    return new JApiCmpArchive(jar.toFile(), "0");
  }

  /** In a build that packages nothing, classes stand in a directory. */
  private Path jarOf(Class<?> door) throws IOException, URISyntaxException {
    Path place = Path.of(door.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (!Files.isDirectory(place)) {
      return place;
    }
    try (Stream<Path> files = Files.walk(place)) {
      return jar("classes.jar", files.filter(file -> file.toString().endsWith(".class")));
    }
  }

  private Path jar(String name, Stream<Path> classes) throws IOException {
    Path jar = directory.resolve(name);
    try (OutputStream bytes = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(bytes)) {
      for (Path file : classes.toList()) {
        String path = file.toString();
        entries.putNextEntry(new JarEntry(path.substring(path.indexOf("io/github/grpconce"))));
        Files.copy(file, entries);
      }
    }
    return jar;
  }
}
