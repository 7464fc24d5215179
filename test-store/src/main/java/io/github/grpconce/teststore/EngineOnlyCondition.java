package io.github.grpconce.teststore;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips what is marked with {@link OnEngineOnly} where there is a cluster. */
final class EngineOnlyCondition implements ExecutionCondition {

  /** How the reasons begin that this gives. */
  static final String ENGINE_ONLY = "needs the embedded engine: ";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (TestStore.clusterFile().isEmpty()) {
      return ConditionEvaluationResult.enabled("on the embedded engine");
    }
    return AnnotationSupport.findAnnotation(context.getElement(), OnEngineOnly.class)
        .map(only -> ConditionEvaluationResult.disabled(ENGINE_ONLY + only.value()))
        .orElseGet(() -> ConditionEvaluationResult.enabled("runs on clusters"));
  }
}
