package io.github.grpconce.testing.internal.verdict;

import io.github.grpconce.RequestId;
import io.github.grpconce.testing.internal.process.LogNotes;
import io.github.grpconce.testing.internal.scenario.Scenario;
import io.github.grpconce.testing.internal.scenario.Scenarios;
import io.github.grpconce.testing.internal.time.HandlerThreads;
import io.github.grpconce.testing.internal.time.OutsideWork;
import io.github.grpconce.testing.internal.time.WorldTime;
import io.github.grpconce.testing.internal.world.Recipe;
import io.github.grpconce.testing.internal.world.Trial;
import io.github.grpconce.testing.internal.world.World;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Plays scenario after scenario, and compares what each came to. */
public final class Prover {

  /** In real time, at the first call: later ones may take somewhat longer than that. */
  private static final Duration LONGEST_OUTSIDE_WORK = Duration.ofSeconds(2);

  private static final Duration LONGEST_WORK = Duration.ofSeconds(30);

  /** What isn't the same each time may be the same twice. */
  private static final int PLAIN_WORLDS = 3;

  /** The names of the settings with which a failure can be seen again. */
  public static final String SEED = "grpconce.testing.seed";

  public static final String WORLD = "grpconce.testing.world";

  private final Recipe recipe;
  private final ExecutorService pool = Executors.newCachedThreadPool(this::thread);
  private final Set<Long> threads = ConcurrentHashMap.newKeySet();
  private final LogNotes log = new LogNotes(threads);
  private final long seed;
  private final RequestId id;
  private final OutsideWork outside = new OutsideWork(LONGEST_OUTSIDE_WORK);

  public Prover(Recipe recipe, long seed) {
    this.recipe = recipe;
    this.seed = seed;
    this.id = requestId(new Random(seed));
  }

  private static RequestId requestId(Random random) {
    Instant beginning = new WorldTime().instant();
    return RequestId.random(
        InstantSource.fixed(beginning), () -> new UUID(random.nextLong(), random.nextLong()));
  }

  private Thread thread(Runnable task) {
    Thread thread = new Thread(task, "grpc-once-testing");
    thread.setDaemon(true);
    threads.add(thread.getId());
    return thread;
  }

  /**
   * Shows that a call takes effect once.
   *
   * @param only the number of the one world to try; empty for all
   */
  public Tally show(Trial<?, ?> trial, int mostWorlds, Optional<Long> only) {
    threads.add(Thread.currentThread().getId());
    try {
      return shown(trial, mostWorlds, only);
    } finally {
      pool.shutdown();
      log.close();
    }
  }

  private Tally shown(Trial<?, ?> trial, int mostWorlds, Optional<Long> only) {
    Observation plain = play(Scenario.PLAIN, trial);
    outside.learned();
    Expectation expectation = new Expectation(trial, plain);
    accept(plain, expectation.complaints(plain), trial);
    learn(expectation, trial);
    Scenarios scenarios = new Scenarios(plain.steps(), seed);
    List<Scenario> chosen = scenarios.atMost(mostWorlds);
    List<Integer> numbers = numbers(chosen.size(), only);
    numbers.forEach(number -> tryOut(chosen.get(number - 1), number, expectation, trial));
    return new Tally(
        plain.steps().size(), numbers.size(), scenarios.single().size(), expectation.leftOut());
  }

  /** A world that isn't there would show nothing. */
  private static List<Integer> numbers(int worlds, Optional<Long> only) {
    if (only.filter(number -> number < 1 || number > worlds).isPresent()) {
      throw new IllegalArgumentException(
          "there is no world %d, but 1 to %d: see %s, and run the one test alone"
              .formatted(only.get(), worlds, WORLD));
    }
    return IntStream.rangeClosed(1, worlds)
        .filter(number -> only.isEmpty() || only.get() == number)
        .boxed()
        .toList();
  }

  private Observation play(Scenario scenario, Trial<?, ?> trial) {
    try (World world =
        new World(recipe, scenario, new HandlerThreads(pool, LONGEST_WORK), outside)) {
      log.takeInto(world.transcript());
      return Observation.of(world, scenario, trial, id);
    }
  }

  private void learn(Expectation expectation, Trial<?, ?> trial) {
    for (int i = 1; i < PLAIN_WORLDS; i++) {
      Observation again = play(Scenario.PLAIN, trial);
      accept(again, again.contradictions(), trial);
      expectation.learn(again);
      accept(again, expectation.complaints(again), trial);
      accept(again, expectation.differences(again), trial);
    }
  }

  private void tryOut(Scenario scenario, int number, Expectation expectation, Trial<?, ?> trial) {
    Observation seen = play(scenario, trial);
    if (expectation.differences(seen).isEmpty()) {
      return;
    }
    // What the clock shows may have been the same until now.
    learn(expectation, trial);
    List<String> differences = expectation.differences(seen);
    if (!differences.isEmpty()) {
      throw new Finding(trial.name(), seen, differences)
          .error("To see it alone: -D%s=%d -D%s=%d".formatted(SEED, seed, WORLD, number));
    }
  }

  /** Throws what is wrong about a world in which nothing goes wrong. */
  private static void accept(Observation plain, List<String> complaints, Trial<?, ?> trial) {
    if (!complaints.isEmpty()) {
      throw new Finding(trial.name(), plain, complaints)
          .error("So nothing was tried that goes wrong.");
    }
  }
}
