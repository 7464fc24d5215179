package io.github.grpconce;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which room may need which. */
class ArchitectureTest {

  private static final String ROOT = "io.github.grpconce";
  private static final String CLIENT = ROOT + ".client";
  private static final String SERVER = ROOT + ".server";
  private static final String OPERATOR = ROOT + ".operator";
  private static final String FOUNDATIONDB = "com.apple.foundationdb..";
  private static final String GRPC = "io.grpc..";

  private static final Set<String> DOORS = Set.of(ROOT, CLIENT, SERVER, OPERATOR);

  /** More files than this don't fit in a head. */
  private static final int MOST_FILES = 15;

  /** From the ground up: a room needs only rooms that stand before it. */
  private static final List<String> FLOORS =
      List.of(
          internal("id"),
          internal("content"),
          ROOT,
          internal("client"),
          CLIENT,
          internal("store"),
          internal("fingerprint"),
          internal("record"),
          internal("retention"),
          OPERATOR,
          internal("answer"),
          internal("method"),
          internal("attempt"),
          internal("handler"),
          internal("execution"),
          internal("operation"),
          internal("steps"),
          internal("arrival"),
          SERVER);

  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .importUrl(RequestId.class.getProtectionDomain().getCodeSource().getLocation());

  private static String internal(String room) {
    return ROOT + ".internal." + room;
  }

  @Test
  void rooms_needOnlyThoseBelowThem() {
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      List<String> above = FLOORS.subList(floor + 1, FLOORS.size());
      if (!above.isEmpty()) {
        assertIndependent(FLOORS.get(floor), above.toArray(String[]::new));
      }
    }
  }

  @Test
  void rooms_formNoCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(LIBRARY);
  }

  @Test
  void everyRoomHasAFloor_andFitsInTheHead() {
    Map<String, Long> files =
        LIBRARY.stream()
            .filter(ArchitectureTest::isFile)
            .collect(groupingBy(JavaClass::getPackageName, counting()));

    List<String> unknown = new ArrayList<>(files.keySet());
    unknown.removeAll(FLOORS);
    assertEquals(List.of(), unknown);
    files.forEach((room, count) -> assertTrue(count <= MOST_FILES, room + " has " + count));
  }

  private static boolean isFile(JavaClass each) {
    return each.isTopLevelClass() && !each.getSimpleName().equals("package-info");
  }

  @Test
  void clients_needNoServerAndNoStore() {
    for (String room :
        List.of(internal("id"), internal("content"), ROOT, internal("client"), CLIENT)) {
      assertIndependent(
          room, FOUNDATIONDB, SERVER, OPERATOR, internal("store"), internal("record"));
    }
  }

  @Test
  void server_needsNoClient() {
    FLOORS
        .subList(FLOORS.indexOf(internal("store")), FLOORS.size())
        .forEach(room -> assertIndependent(room, CLIENT, internal("client")));
  }

  @Test
  void records_needNothingOfGrpc() {
    for (String room : List.of("store", "fingerprint", "record", "retention")) {
      assertIndependent(internal(room), GRPC);
    }
  }

  /** What is public at the doors is for users: it shows them nothing of the rooms. */
  @Test
  void doors_showNothingOfTheRooms() {
    Set<String> shown =
        LIBRARY.stream()
            .filter(one -> DOORS.contains(one.getPackageName()) && isPublic(one.getModifiers()))
            .flatMap(one -> one.getMembers().stream())
            .filter(member -> isPublic(member.getModifiers()))
            .flatMap(member -> member.getAllInvolvedRawTypes().stream())
            .map(JavaClass::getName)
            .filter(type -> type.startsWith(internal("")))
            .collect(toCollection(TreeSet::new));

    assertEquals(Set.of(), shown);
  }

  private static boolean isPublic(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC);
  }

  /** By their sources, as these are all here, whatever was compiled before this module. */
  @Test
  void otherModules_useTheDoors() throws IOException {
    Path library = Path.of("").toAbsolutePath();
    Set<String> users = new TreeSet<>();
    try (Stream<Path> project = Files.list(library.getParent())) {
      for (Path module : project.filter(each -> !each.equals(library)).toList()) {
        addThoseThatEnterARoom(module.resolve("src"), users);
      }
    }

    assertEquals(Set.of("FingerprintBenchmark.java"), users);
  }

  private static void addThoseThatEnterARoom(Path sources, Set<String> users) throws IOException {
    if (Files.isDirectory(sources)) {
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(ArchitectureTest::entersARoom)
            .forEach(file -> users.add(file.getFileName().toString()));
      }
    }
  }

  private static boolean entersARoom(Path file) {
    try {
      return Files.readString(file).contains("import " + internal(""));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static void assertIndependent(String from, String... others) {
    noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(LIBRARY);
  }
}
