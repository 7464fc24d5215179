package io.github.grpconce.simulation;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which room may need which. */
class ArchitectureTest {

  private static final String ROOT = "io.github.grpconce.simulation";

  /** More files than this don't fit in a head. */
  private static final int MOST_FILES = 15;

  /** From the ground up: a room needs only rooms that stand before it. */
  private static final List<String> FLOORS =
      List.of(
          ROOT + ".world",
          ROOT + ".store",
          ROOT + ".network",
          ROOT + ".shop",
          ROOT + ".defect",
          ROOT + ".deployment",
          ROOT + ".audit",
          ROOT);

  /** Without what is generated, which knows nobody here. */
  private static final JavaClasses SIMULATION =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/simulation/v1/"))
          .importUrl(Simulate.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void rooms_needOnlyThoseBelowThem() {
    for (int floor = 0; floor < FLOORS.size() - 1; floor++) {
      List<String> above = FLOORS.subList(floor + 1, FLOORS.size());
      assertIndependent(FLOORS.get(floor), above.toArray(String[]::new));
    }
  }

  @Test
  void rooms_formNoCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(SIMULATION);
  }

  @Test
  void everyRoomHasAFloor_andFitsInTheHead() {
    Map<String, Long> files =
        SIMULATION.stream()
            .filter(ArchitectureTest::isFile)
            .collect(groupingBy(JavaClass::getPackageName, counting()));

    assertEquals(Set.copyOf(FLOORS), files.keySet());
    files.forEach((room, count) -> assertTrue(count <= MOST_FILES, room + " has " + count));
  }

  private static boolean isFile(JavaClass each) {
    return each.isTopLevelClass() && !each.getSimpleName().equals("package-info");
  }

  @Test
  void simulation_seesTheLibraryAsApplicationsDo() {
    assertIndependent(
        ROOT + "..", "io.github.grpconce.internal..", "io.github.grpconce.embedded.internal..");
  }

  /** Of the testing kit it has the ways, and nothing that knows what a mishap is there. */
  @Test
  void simulation_needsOfTheTestingKitOnlyTheLinks() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.github.grpconce.testing..")
                .and(resideOutsideOfPackage("io.github.grpconce.testing.internal.link")))
        .check(SIMULATION);
  }

  @Test
  void simulation_needsNothingOfTheDemo() {
    assertIndependent(ROOT + "..", "io.github.grpconce.demo..");
  }

  private static void assertIndependent(String from, String... others) {
    noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(SIMULATION);
  }
}
