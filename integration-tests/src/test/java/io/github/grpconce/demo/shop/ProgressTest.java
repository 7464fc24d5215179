package io.github.grpconce.demo.shop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ProgressTest {

  private final List<Integer> told = new ArrayList<>();
  private final Progress progress = new Progress(told::add);

  @Test
  void listener_isToldOfEachAnswer() {
    progress.oneAnswered();
    progress.oneAnswered();
    assertEquals(List.of(1, 2), told);
  }

  @Test
  void await_returnsOnceThereAreEnoughAnswers() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    FutureTask<Integer> seen =
        new FutureTask<>(
            () -> {
              waiting.countDown();
              progress.await(2);
              return told.size();
            });
    new Thread(seen).start();
    waiting.await();
    progress.oneAnswered();
    progress.oneAnswered();
    assertEquals(2, seen.get(30, TimeUnit.SECONDS));
  }
}
