package io.github.grpconce.teststore;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Follows the tests: knows which are marked, and with a cluster file cleans up after each class,
 * and says in the end what was skipped.
 *
 * <p>Found through its service file by whatever runs the tests.
 */
public final class ClusterRun implements TestExecutionListener {

  private final Map<String, Long> skipped = new TreeMap<>();
  private @Nullable TestPlan plan;

  @Override
  public void testPlanExecutionStarted(TestPlan started) {
    plan = started;
  }

  /** Classes, too: their tests' fields are set before the test has started. */
  @Override
  public void executionStarted(TestIdentifier test) {
    TestStore.marked = isMarked(test);
  }

  private boolean isMarked(TestIdentifier test) {
    TestTag mark = TestTag.create(StoreTest.TAG);
    return test.getTags().contains(mark)
        || (plan != null && plan.getParent(test).map(this::isMarked).orElse(/* other= */ false));
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    if (reason.startsWith(EngineOnlyCondition.ENGINE_ONLY)) {
      String need = reason.substring(EngineOnlyCondition.ENGINE_ONLY.length());
      skipped.merge("%s (%s)".formatted(name(test), need), tests(test), Long::sum);
    }
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (TestStore.clusterFile().isPresent() && isOutermostClass(test)) {
      TestCluster.closeWhatIsOpen();
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan finished) {
    if (TestStore.clusterFile().isPresent()) {
      TestCluster.clear();
      System.out.println(summary());
    }
  }

  private String summary() {
    long all = skipped.values().stream().mapToLong(Long::longValue).sum();
    return all == 0
        ? "No test skipped on the cluster"
        : "%d tests skipped on the cluster: %s".formatted(all, String.join(", ", skipped.keySet()));
  }

  private boolean isOutermostClass(TestIdentifier test) {
    return plan != null
        && plan.getParent(test).map(plan.getRoots()::contains).orElse(/* other= */ false);
  }

  /** How many tests there would have been; those of a template count as one. */
  private long tests(TestIdentifier skippedOne) {
    if (plan == null) {
      return 1;
    }
    TestPlan all = plan;
    return Math.max(
        1,
        all.getDescendants(skippedOne).stream()
            .filter(one -> all.getChildren(one).isEmpty())
            .count());
  }

  private static String name(TestIdentifier test) {
    Optional<String> name =
        test.getSource()
            .map(
                source ->
                    source instanceof MethodSource method
                        ? simple(method.getClassName()) + "." + method.getMethodName()
                        : source instanceof ClassSource type
                            ? simple(type.getClassName())
                            : test.getDisplayName());
    return name.orElse(test.getDisplayName());
  }

  private static String simple(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }
}
