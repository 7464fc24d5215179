package io.github.grpconce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.grpc.Context;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GuardedExecutionTest {

  private final RequestId id = RequestId.of("order-4711");

  @Test
  void current_isTheOneOfTheContext() throws Exception {
    GuardedExecution execution = new GuardedExecution(id);
    assertNull(GuardedExecution.current());
    assertSame(execution, execution.attachTo(Context.current()).call(GuardedExecution::current));
    assertNull(GuardedExecution.current());
    assertEquals(id, execution.requestId());
  }

  @Test
  void nextChild_countsTheCallsToEachMethod() {
    GuardedExecution execution = new GuardedExecution(id);
    assertEquals(
        List.of(id.child("a/B", 0), id.child("a/C", 0), id.child("a/B", 1)),
        List.of(
            execution.nextChild("a/B"), execution.nextChild("a/C"), execution.nextChild("a/B")));
  }

  @Test
  void nextChild_ofAReExecution_isTheSameAgain() {
    assertEquals(
        new GuardedExecution(id).nextChild("a/B"), new GuardedExecution(id).nextChild("a/B"));
  }

  @Test
  void childrenOfTwoCallersEqualIds_differ() {
    GuardedExecution ofAnn = new GuardedExecution(id, "ann", "c/D");
    GuardedExecution ofBen = new GuardedExecution(id, "ben", "c/D");
    GuardedExecution ofAnybody = new GuardedExecution(id, "", "c/D");
    assertEquals(
        3,
        Set.of(ofAnn.nextChild("a/B"), ofBen.nextChild("a/B"), ofAnybody.nextChild("a/B")).size());
    assertEquals(
        3, Set.of(ofAnn.child("gift"), ofBen.child("gift"), ofAnybody.child("gift")).size());
    assertEquals(new GuardedExecution(id, "ann", "c/D").child("gift"), ofAnn.child("gift"));
    assertEquals(id, ofAnn.requestId());
    assertEquals(id.time(), ofAnn.nextChild("a/B").time());
  }

  @Test
  void childrenOfTwoMethodsEqualIds_differ() {
    GuardedExecution placing = new GuardedExecution(id, "", "Orders/Place");
    GuardedExecution changing = new GuardedExecution(id, "", "Orders/Change");
    assertNotEquals(placing.nextChild("a/B"), changing.nextChild("a/B"));
    assertNotEquals(placing.child("gift"), changing.child("gift"));
  }

  @Test
  void part_namesItsCallsAndDoesNotCountThem() {
    GuardedExecution execution = new GuardedExecution(id);
    assertEquals(id.child("pay").child("a/B", 0), execution.part("pay").nextChild("a/B"));
    assertEquals(id.child("a/B", 0), execution.nextChild("a/B"));
    assertEquals(id, execution.part("pay").requestId());
  }

  @Test
  void nextChild_fromSeveralThreads_givesEachOrdinalOnce() {
    GuardedExecution execution = new GuardedExecution(id);
    Set<RequestId> children =
        IntStream.range(0, 1000)
            .parallel()
            .mapToObj(i -> execution.nextChild("a/B"))
            .collect(Collectors.toSet());
    Set<RequestId> expected =
        IntStream.range(0, 1000).mapToObj(i -> id.child("a/B", i)).collect(Collectors.toSet());
    assertEquals(expected, children);
  }
}
