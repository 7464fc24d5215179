package io.github.grpconce.embedded;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which room of the engine may need which. */
class ArchitectureTest {
  private static final String DOORS = "io.github.grpconce.embedded";
  private static final String ROOMS = DOORS + ".internal";
  private static final int MOST_FILES = 15;

  /** The rooms, each with those that it needs. */
  @SuppressWarnings("ImmutableEnumChecker") // the set is unmodifiable
  private enum Room {
    TREE,
    FILE,
    LOG(FILE),
    KEY(TREE),
    RUNTIME(KEY),
    CLUSTER(KEY, RUNTIME, TREE, LOG),
    RANGE(KEY),
    NATIVEAPI(KEY, RUNTIME, TREE, CLUSTER, RANGE),
    RYW(KEY, CLUSTER, RANGE, NATIVEAPI),
    TRANSACTION(KEY, RUNTIME, CLUSTER, NATIVEAPI, RYW),
    BINDING(KEY, RUNTIME, RANGE, RYW, TRANSACTION);

    private final Set<Room> needed;

    Room(Room... needed) {
      this.needed = Set.of(needed);
    }

    String path() {
      return ROOMS + "." + name().toLowerCase(Locale.ROOT);
    }

    Set<String> neededPaths() {
      return needed.stream().map(Room::path).collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(DOORS);

  /** A room can name only rooms above it in the list: so there are no cycles. */
  @ParameterizedTest
  @EnumSource
  void room_needsWhatIsWrittenHereAndNothingElseOfTheEngine(Room room) {
    assertEquals(room.neededPaths(), packagesNeededBy(room));
  }

  private static Set<String> packagesNeededBy(Room room) {
    return ENGINE.stream()
        .filter(one -> one.getPackageName().equals(room.path()))
        .flatMap(one -> one.getDirectDependenciesFromSelf().stream())
        .map(dependency -> dependency.getTargetClass().getBaseComponentType().getPackageName())
        .filter(needed -> needed.startsWith(DOORS) && !needed.equals(room.path()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyClass_isInARoomOrAtTheDoors() {
    Set<String> known = Arrays.stream(Room.values()).map(Room::path).collect(Collectors.toSet());
    known.add(DOORS);

    assertEquals(known, ENGINE.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()));
  }

  @Test
  void room_isSmallEnoughToBeSeenAtOnce() {
    Map<String, Long> files =
        ENGINE.stream()
            .filter(one -> one.isTopLevelClass() && !one.getSimpleName().equals("package-info"))
            .map(JavaClass::getPackageName)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    files.forEach((room, count) -> assertTrue(count <= MOST_FILES, room + " has " + count));
  }

  @Test
  void diskAndTree_knowNothingOfFoundationDb() {
    noClasses()
        .that()
        .resideInAnyPackage(Room.TREE.path(), Room.FILE.path(), Room.LOG.path())
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.apple.foundationdb..")
        .check(ENGINE);
  }

  @Test
  void engine_knowsNothingElseOfThisProject() {
    noClasses()
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are of other modules",
                other ->
                    other.getPackageName().startsWith("io.github.grpconce")
                        && !other.getPackageName().startsWith(DOORS)))
        .check(ENGINE);
  }

  /** By their sources, as these are all here, whatever was compiled before this module. */
  @Test
  void otherModules_useTheDoors() throws IOException {
    List<Path> others = sourcesOfOtherModules();
    assertTrue(others.stream().anyMatch(file -> mentions(file, DOORS + ".")));

    assertEquals(List.of(), others.stream().filter(file -> mentions(file, ROOMS)).toList());
  }

  private static List<Path> sourcesOfOtherModules() throws IOException {
    Path engine = Path.of("").toAbsolutePath();
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> project = Files.list(engine.getParent())) {
      for (Path module : project.filter(module -> !module.equals(engine)).toList()) {
        Path source = module.resolve("src");
        if (Files.isDirectory(source)) {
          try (Stream<Path> files = Files.walk(source)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }

  /** In code: what stands in a string is a rule about it. */
  private static boolean mentions(Path file, String packages) {
    try {
      return Pattern.compile("[^\"]" + Pattern.quote(packages))
          .matcher(Files.readString(file))
          .find();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** What is public at the doors is for users: it shows them nothing of the rooms. */
  @Test
  void doors_showNothingOfTheRooms() {
    Set<String> shown =
        ENGINE.stream()
            .filter(one -> one.getPackageName().equals(DOORS) && isPublic(one))
            .flatMap(one -> one.getMembers().stream())
            .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC))
            .flatMap(member -> member.getAllInvolvedRawTypes().stream())
            .map(JavaClass::getName)
            .filter(type -> type.startsWith(ROOMS))
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(Set.of(), shown);
  }

  private static boolean isPublic(JavaClass one) {
    return one.getModifiers().contains(JavaModifier.PUBLIC);
  }
}
