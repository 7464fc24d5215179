package io.github.grpconce;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which room may need which. */
class ArchitectureTest {

  private static final String ROOT = "io.github.grpconce";
  private static final String CLIENT = ROOT + ".client";
  private static final String SERVER = ROOT + ".server";
  private static final String OPERATOR = ROOT + ".operator";
  private static final String FOUNDATIONDB = "com.apple.foundationdb..";
  private static final String GRPC = "io.grpc..";

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
