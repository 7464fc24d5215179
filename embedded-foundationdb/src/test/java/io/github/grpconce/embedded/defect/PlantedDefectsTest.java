package io.github.grpconce.embedded.defect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.grpconce.teststore.OnEngineOnly;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A suite that finds nothing proves nothing, unless it finds what is there. */
@OnEngineOnly("planted defects")
class PlantedDefectsTest {
  /** Loading the engine anew breaks nothing by itself. */
  @ParameterizedTest
  @MethodSource("checks")
  void withoutDefect_checkFindsNothing(String check) {
    assertEquals(Optional.empty(), new DefectiveEngine(List.of()).suite().apply(check));
  }

  static Stream<String> checks() {
    return Arrays.stream(Defect.values()).flatMap(defect -> defect.checks().stream()).distinct();
  }

  @ParameterizedTest
  @EnumSource
  void defect_isFoundByEveryCheckThatMustFindIt(Defect defect) {
    Function<String, Optional<String>> suite = new DefectiveEngine(defect.redirects()).suite();
    for (String check : defect.checks()) {
      Optional<String> found = suite.apply(check);
      assertTrue(found.isPresent(), () -> check + " did not find " + defect);
      System.out.println(defect + ", by " + check + ": " + found.get());
    }
  }

  /** One check alone could be wrong in the same way as the engine. */
  @ParameterizedTest
  @EnumSource
  void defect_isFoundByTwoKindsOfChecks(Defect defect) {
    assertTrue(
        defect.checks().stream().map(check -> check.split(":", -1)[0]).distinct().count() >= 2,
        () -> defect + " is found by " + defect.checks());
  }
}
