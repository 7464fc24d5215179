package io.github.grpconce.teststore;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests that only the embedded engine's database can have, such as those with planned faults.
 * With a cluster file they are skipped, and counted.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag(StoreTest.TAG)
@ExtendWith(EngineOnlyCondition.class)
public @interface OnEngineOnly {

  /** What a cluster doesn't have, in a few words. */
  String value();
}
