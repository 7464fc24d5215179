package io.github.grpconce.cleanroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import io.github.grpconce.cleanroom.ByteCode.Method;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No class of ours refers to anything of FoundationDB's Java API that needs its native library, but
 * for those that are there for clusters: the services' and the tests'. What needs it is computed
 * from the API's byte code.
 */
class NativeCodeTest {
  private static final String SERVICES_CLIENT = "io/github/grpconce/demo/runtime/ClusterClient";
  private static final String TESTS_CLIENT = "io/github/grpconce/teststore/TestCluster";
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void modules_referToNoNativeCode() throws IOException {
    ByteCode code = modulesWithFoundationDb();

    CallGraph graph =
        callGraph(code, NativeCodeTest::isOurs, Set.of(SERVICES_CLIENT, TESTS_CLIENT));

    assertEquals(
        List.of(),
        graph.callsToNativeCode(NativeCodeTest::isOurs, NativeCodeTest::isFoundationDbs));
  }

  @ParameterizedTest
  @ValueSource(strings = {SERVICES_CLIENT, TESTS_CLIENT})
  void clusterClient_isFoundToReferToNativeCode(String client) throws IOException {
    ByteCode code = modulesWithFoundationDb();

    CallGraph graph = callGraph(code, client::equals, Set.of());

    List<String> found = graph.callsToNativeCode(client::equals, NativeCodeTest::isFoundationDbs);
    assertTrue(
        found.stream().anyMatch(call -> call.contains("FDB.selectAPIVersion")), found::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "instance",
        "defaultExecutor",
        "predicate",
        "loopWithoutExecutor",
        "collectWithoutExecutor",
        "mappedList",
        "packWithVersionstamp",
        "incompleteVersionstamp",
        "methodReference"
      })
  void referenceToNativeCode_isFound(String method) throws IOException {
    assertFalse(foundIn(method).isEmpty(), method + " was not found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"loopWithExecutor", "interfacesAlone", "tuples", "overriddenPredicate"})
  void whatNeedsNoNativeCode_isNotFound(String method) throws IOException {
    assertEquals(List.of(), foundIn(method));
  }

  private static List<String> foundIn(String method) throws IOException {
    ByteCode code = new ByteCode();
    code.addAll(foundationDb());
    code.add(References.class);
    code.add(References.OwnError.class);
    String references = References.class.getName().replace('.', '/');
    String prefix = References.class.getName() + "." + method + "(";
    CallGraph graph = callGraph(code, references::equals, Set.of());
    return graph.callsToNativeCode(references::equals, NativeCodeTest::isFoundationDbs).stream()
        .filter(call -> call.startsWith(prefix))
        .toList();
  }

  @Test
  void everyModule_isLookedAt() throws IOException {
    Set<Path> seen =
        modules().map(place -> PROJECT.relativize(place).getName(0)).collect(Collectors.toSet());
    Set<Path> all =
        Pattern.compile("<module>(.*)</module>")
            .matcher(Files.readString(PROJECT.resolve("pom.xml")))
            .results()
            .map((MatchResult found) -> Path.of(found.group(1)))
            // The others hold no code of the build's own.
            .filter(module -> Files.isDirectory(PROJECT.resolve(module).resolve("src/main")))
            .collect(Collectors.toSet());

    assertEquals(all, seen);
  }

  private static CallGraph callGraph(ByteCode code, Predicate<String> from, Set<String> exempt) {
    return new CallGraph(
        code,
        from,
        method -> exempt.contains(method.type()) || asksForVersion(method),
        NativeCodeTest::leavesVersionstampIncomplete);
  }

  /**
   * Tuples do so, and load the library to know, only if there is an incomplete versionstamp in
   * them; which can't be seen from their code.
   */
  private static boolean asksForVersion(Method method) {
    return method.name().equals("useOldVersionOffsetFormat");
  }

  private static boolean leavesVersionstampIncomplete(Method method) {
    return switch (method.type()) {
      case "com/apple/foundationdb/tuple/Versionstamp" -> method.name().equals("incomplete");
      case "com/apple/foundationdb/tuple/Tuple", "com/apple/foundationdb/subspace/Subspace" ->
          method.name().equals("packWithVersionstamp");
      default -> false;
    };
  }

  private static boolean isOurs(String type) {
    return type.startsWith("io/github/grpconce/");
  }

  private static boolean isFoundationDbs(String type) {
    return type.startsWith("com/apple/foundationdb/");
  }

  private static ByteCode modulesWithFoundationDb() throws IOException {
    ByteCode code = new ByteCode();
    code.addAll(foundationDb());
    for (Path place : modules().toList()) {
      code.addAll(place);
    }
    return code;
  }

  /** Where the compiled modules are: directories, or jars when they were packaged before. */
  private static Stream<Path> modules() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(place -> place.startsWith(PROJECT) && !place.endsWith("test-classes"));
  }

  private static Path foundationDb() {
    try {
      return Path.of(Database.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
