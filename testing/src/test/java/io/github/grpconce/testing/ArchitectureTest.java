package io.github.grpconce.testing;

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

  private static final String ROOT = "io.github.grpconce.testing";
  private static final String INTERNAL = ROOT + ".internal.";

  /** More files than this don't fit in a head. */
  private static final int MOST_FILES = 15;

  /** From the ground up: a room needs only rooms that stand before it. */
  private static final List<String> FLOORS =
      List.of(
          INTERNAL + "link",
          INTERNAL + "scenario",
          INTERNAL + "time",
          INTERNAL + "process",
          INTERNAL + "store",
          INTERNAL + "downstream",
          INTERNAL + "world",
          INTERNAL + "verdict",
          ROOT);

  private static final JavaClasses KIT =
      new ClassFileImporter()
          .importUrl(ExactlyOnce.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void rooms_needOnlyThoseBelowThem() {
    for (int floor = 0; floor < FLOORS.size() - 1; floor++) {
      List<String> above = FLOORS.subList(floor + 1, FLOORS.size());
      assertIndependent(FLOORS.get(floor), above.toArray(String[]::new));
    }
  }

  @Test
  void rooms_formNoCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(KIT);
  }

  @Test
  void everyRoomHasAFloor_andFitsInTheHead() {
    Map<String, Long> files =
        KIT.stream()
            .filter(ArchitectureTest::isFile)
            .collect(groupingBy(JavaClass::getPackageName, counting()));

    assertEquals(Set.copyOf(FLOORS), files.keySet());
    files.forEach((room, count) -> assertTrue(count <= MOST_FILES, room + " has " + count));
  }

  private static boolean isFile(JavaClass each) {
    return each.isTopLevelClass() && !each.getSimpleName().equals("package-info");
  }

  /** The simulation uses it, too. */
  @Test
  void link_needsNothingElseOfTheProject() {
    noClasses()
        .that()
        .resideInAPackage(INTERNAL + "link")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.github.grpconce..").and(resideOutsideOfPackage(INTERNAL + "link")))
        .check(KIT);
  }

  @Test
  void kit_seesTheLibraryAsApplicationsDo() {
    assertIndependent(
        ROOT + "..", "io.github.grpconce.internal..", "io.github.grpconce.embedded.internal..");
  }

  private static void assertIndependent(String from, String... others) {
    noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(KIT);
  }
}
