package io.github.grpconce.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.apple.foundationdb.async.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When tasks run whose time passes only when it is told to. */
final class VirtualTimeTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration NANOSECOND = Duration.ofNanos(1);

  private final VirtualTime time = new VirtualTime();

  /** What has run, and when. */
  private final List<String> log = new ArrayList<>();

  private Cancellable schedule(Duration delay, String name) {
    return time.schedule(delay, () -> note(name));
  }

  private void note(String name) {
    log.add(name + " at " + Duration.ofNanos(time.nanoTime()));
  }

  @Test
  void advance_runsWhatIsDueAtItsLastMoment_andNothingLater() {
    schedule(SECOND.plus(NANOSECOND), "later");
    schedule(SECOND, "due");

    time.advance(SECOND);
    assertEquals(List.of("due at PT1S"), log);

    time.advance(NANOSECOND);
    assertEquals(List.of("due at PT1S", "later at PT1.000000001S"), log);
  }

  @Test
  void advance_runsWhatItsLastMomentCauses_butNotWhatThatSchedules() {
    time.schedule(
        SECOND,
        () -> {
          time.execute(() -> note("caused"));
          schedule(Duration.ZERO, "at once");
          schedule(NANOSECOND, "scheduled");
        });

    time.advance(SECOND);

    assertEquals(List.of("caused at PT1S", "at once at PT1S"), log);
  }

  @Test
  void tasks_runInTheOrderOfTheirTimes_firstComeFirstServed() {
    schedule(SECOND.multipliedBy(2), "third");
    schedule(SECOND, "first");
    schedule(SECOND, "second");
    schedule(SECOND, "next");
    schedule(SECOND.negated(), "overdue");

    time.advance(SECOND.multipliedBy(3));

    assertEquals(
        List.of(
            "overdue at PT0S", "first at PT1S", "second at PT1S", "next at PT1S", "third at PT2S"),
        log);
    assertEquals(Duration.ofSeconds(3).toNanos(), time.nanoTime());
  }

  @Test
  void advance_runsWhatIsReady_beforeTimePasses() {
    schedule(SECOND, "later");
    time.execute(() -> note("ready"));

    time.advance(SECOND);

    assertEquals(List.of("ready at PT0S", "later at PT1S"), log);
  }

  @Test
  void taskThatIsTakenBack_doesNotRun() {
    Cancellable taken = schedule(SECOND, "taken back");
    schedule(SECOND, "left");
    assertEquals(2, time.waiting());
    taken.cancel();
    assertEquals(1, time.waiting());

    time.advance(SECOND);

    assertEquals(List.of("left at PT1S"), log);
    assertEquals(0, time.waiting());
  }

  /** Time never goes back. */
  @Test
  void taskThatLetsMoreTimePass_leavesItPassed() {
    time.schedule(SECOND, () -> time.advance(Duration.ofMinutes(1)));

    time.advance(Duration.ofSeconds(2));

    assertEquals(Duration.ofSeconds(61).toNanos(), time.nanoTime());
  }

  @Test
  void join_letsAsMuchTimePassAsItTakes() {
    CompletableFuture<String> future = new CompletableFuture<>();
    time.schedule(SECOND, () -> future.complete("done"));
    schedule(SECOND.plus(NANOSECOND), "later");

    assertEquals("done", time.join(future));

    assertEquals(SECOND.toNanos(), time.nanoTime());
    assertEquals(List.of(), log);
  }

  @Test
  void join_ofWhatNothingCompletes_isRefused() {
    schedule(SECOND, "something else");

    assertThrows(IllegalStateException.class, () -> time.join(new CompletableFuture<Void>()));
    assertEquals(List.of("something else at PT1S"), log);
  }

  @Test
  void takeNext_letsTimePassToTheNextTask_andLeavesItToTheCaller() {
    schedule(SECOND.multipliedBy(2), "second");
    schedule(SECOND, "first");

    time.takeNext(SECOND.multipliedBy(2)).orElseThrow().run();
    assertEquals(List.of("first at PT1S"), log);
    assertEquals(1, time.waiting());

    time.takeNext(SECOND).orElseThrow().run();
    assertEquals(List.of("first at PT1S", "second at PT2S"), log);
  }

  @Test
  void takeNext_ifNothingFallsDue_letsThatTimePass() {
    schedule(SECOND, "later");
    time.execute(() -> note("executed"));

    assertEquals(Optional.empty(), time.takeNext(SECOND.minus(NANOSECOND)));

    assertEquals(SECOND.minus(NANOSECOND).toNanos(), time.nanoTime());
    assertEquals(List.of(), log);
    time.runReady();
    assertEquals(List.of("executed at PT0.999999999S"), log);
  }
}
