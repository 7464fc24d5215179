package io.github.grpconce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
    RequestId ofPart = execution.part("pay").nextChild("a/B");
    assertEquals(ofPart, new GuardedExecution(id).part("pay").nextChild("a/B"));
    assertEquals(id.child("a/B", 0), execution.nextChild("a/B"));
    assertEquals(id, execution.part("pay").requestId());
    assertThrows(IllegalArgumentException.class, () -> execution.part(""));
  }

  /** A step and a call may both be called "pay", and one may have further calls. */
  @Test
  void part_sharesNoNamesWithLabelledCalls() {
    GuardedExecution execution = new GuardedExecution(id);
    RequestId call = execution.child("pay");
    assertNotEquals(
        new GuardedExecution(call).nextChild("a/B"), execution.part("pay").nextChild("a/B"));
    assertNotEquals(call.child("gift"), execution.part("pay").child("gift"));
  }

  /** What stands for the caller and the method goes into a part's calls, too. */
  @Test
  void childrenOfEqualParts_ofTwoCallersOrMethods_differ() {
    Set<RequestId> children = new HashSet<>();
    for (String scope : List.of("", "ann", "ben")) {
      for (String method : List.of("Orders/Place", "Orders/Change")) {
        GuardedExecution part = new GuardedExecution(id, scope, method).part("pay");
        children.add(part.nextChild("a/B"));
        children.add(part.child("gift"));
      }
    }
    children.add(new GuardedExecution(id).part("pay").nextChild("a/B"));
    assertEquals(13, children.size());
  }

  @Test
  void newId_isTheOperationsOwn_whicheverPartAsks() {
    GuardedExecution ofAnn = new GuardedExecution(id, "ann", "c/D");
    UUID order = ofAnn.newId("order");
    assertEquals(order, new GuardedExecution(id, "ann", "c/D").part("create").newId("order"));
    assertEquals(8, order.version());
    assertEquals(2, order.variant());
    Set<UUID> others =
        Set.of(
            order,
            ofAnn.newId("invoice"),
            new GuardedExecution(id, "ben", "c/D").newId("order"),
            new GuardedExecution(id, "ann", "c/E").newId("order"));
    assertEquals(4, others.size());
    assertThrows(IllegalArgumentException.class, () -> ofAnn.newId(""));
  }

  @Test
  void breakOff_breaksTheExecutionWithItsParts_andNoOther() {
    GuardedExecution execution = new GuardedExecution(id);
    GuardedExecution part = execution.part("pay");
    execution.requireUnbroken();
    part.breakOff("a/B");
    for (GuardedExecution broken : List.of(execution, part, execution.part("later"))) {
      var refusal = assertThrows(StatusRuntimeException.class, broken::requireUnbroken);
      assertEquals(Optional.of(ErrorReason.CALLS_CHANGED), ErrorReason.of(refusal));
      assertTrue(refusal.getMessage().contains("a/B"), refusal.getMessage());
      assertTrue(refusal.getMessage().contains("Label your calls"), refusal.getMessage());
    }
    new GuardedExecution(id).requireUnbroken();
  }

  @Test
  void withLabelledCalls_refusesThoseThatAreCounted_inPartsToo() {
    GuardedExecution execution = new GuardedExecution(id, "ann", "c/D").withLabelledCalls();
    for (GuardedExecution each : List.of(execution, execution.part("pay"))) {
      var refusal = assertThrows(StatusRuntimeException.class, () -> each.nextChild("a/B"));
      assertEquals(Optional.of(ErrorReason.LABEL_MISSING), ErrorReason.of(refusal));
    }
    assertEquals(new GuardedExecution(id, "ann", "c/D").child("gift"), execution.child("gift"));
  }

  @Test
  void withLabelledCalls_ofAPart_hasThePartsCalls() {
    GuardedExecution part = new GuardedExecution(id).part("pay");
    assertEquals(part.child("gift"), part.withLabelledCalls().child("gift"));
  }

  @Test
  void wasRefusedWith_knowsARefusalWithoutWords_byItsCodeAlone() {
    GuardedExecution execution = new GuardedExecution(id);
    execution.refused(Status.UNAVAILABLE, ErrorReason.IN_PROGRESS);
    execution.refused(Status.ABORTED.withDescription(" "), ErrorReason.IN_PROGRESS);
    assertTrue(execution.part("pay").wasRefusedWith(Status.UNAVAILABLE));
    assertTrue(execution.wasRefusedWith(Status.ABORTED.withDescription(" ")));
    assertFalse(execution.wasRefusedWith(Status.NOT_FOUND));
    assertFalse(execution.wasRefusedWith(Status.NOT_FOUND.withDescription("no such account")));
  }

  @Test
  void hasNamed_knowsItsLabelledChildrenAlone() {
    GuardedExecution execution = new GuardedExecution(id);
    assertTrue(execution.hasNamed(execution.part("pay").child("gift")));
    assertFalse(execution.hasNamed(id.child("gift")));
    assertFalse(execution.hasNamed(execution.nextChild("a/B")));
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
