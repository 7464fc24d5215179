package io.github.grpconce;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Which package may need which. */
class ArchitectureTest {

  private static final String ROOT = "io.github.grpconce";
  private static final String CLIENT = ROOT + ".client..";
  private static final String SERVER = ROOT + ".server..";
  private static final String RECORD = ROOT + ".record..";
  private static final String FOUNDATIONDB = "com.apple.foundationdb..";

  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void whatBothSidesShare_needsNeitherSide() {
    assertIndependent(ROOT, CLIENT, SERVER, RECORD, FOUNDATIONDB);
  }

  @Test
  void client_needsNoServerAndNoStore() {
    assertIndependent(CLIENT, SERVER, RECORD, FOUNDATIONDB);
  }

  @Test
  void server_needsNoClient() {
    assertIndependent(SERVER, CLIENT);
  }

  @Test
  void record_needsNeitherServerNorClientNorGrpc() {
    assertIndependent(RECORD, SERVER, CLIENT, "io.grpc..");
  }

  private void assertIndependent(String from, String... others) {
    noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .allowEmptyShould(true)
        .check(LIBRARY);
  }
}
