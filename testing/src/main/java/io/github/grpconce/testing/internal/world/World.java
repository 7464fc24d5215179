package io.github.grpconce.testing.internal.world;

import com.apple.foundationdb.Database;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.testing.internal.downstream.Downstream;
import io.github.grpconce.testing.internal.process.Conductor;
import io.github.grpconce.testing.internal.process.Host;
import io.github.grpconce.testing.internal.process.Transcript;
import io.github.grpconce.testing.internal.scenario.Scenario;
import io.github.grpconce.testing.internal.store.SteppedLink;
import io.github.grpconce.testing.internal.time.HandlerThreads;
import io.github.grpconce.testing.internal.time.OutsideWork;
import io.github.grpconce.testing.internal.time.WorldTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Servers over one database, with a time of their own. What happens in it is moved on by one
 * thread; handlers run on others, and are waited for before anything else happens.
 */
public final class World implements AutoCloseable {

  /** Back-offs are over at once: nobody competes for anything. */
  private static final RandomGenerator NO_BACKOFF = () -> 0;

  private final Recipe recipe;
  private final HandlerThreads threads;
  private final OutsideWork outside;
  private final WorldTime time = new WorldTime();
  private final Transcript transcript = new Transcript();
  private final Conductor conductor;
  private final Database database;
  private final Downstream downstream;
  private final List<Server> servers = new ArrayList<>();

  public World(Recipe recipe, Scenario scenario, HandlerThreads threads, OutsideWork outside) {
    this.recipe = recipe;
    recipe.clock().follow(time);
    this.threads = threads;
    this.outside = outside;
    this.conductor = new Conductor(transcript, scenario);
    this.database = emptyDatabase();
    this.downstream = new Downstream(emptyDatabase(), recipe.downstream(), time, threads);
  }

  private Database emptyDatabase() {
    return EmbeddedDatabase.newBuilder()
        .timeline(time)
        .executor(threads)
        .random(NO_BACKOFF)
        .build();
  }

  WorldTime time() {
    return time;
  }

  HandlerThreads threads() {
    return threads;
  }

  public Transcript transcript() {
    return transcript;
  }

  public Conductor conductor() {
    return conductor;
  }

  public Database database() {
    return database;
  }

  public Downstream downstream() {
    return downstream;
  }

  Server startServer() {
    Host host = new Host("server " + (servers.size() + 1), time);
    SteppedLink link = new SteppedLink(host, conductor, transcript, database);
    Server server =
        ask(() -> Server.start(recipe, link, downstream.from(host, conductor), threads));
    servers.add(server);
    return server;
  }

  /** Does something in the world, and what follows from it. */
  void doNow(Runnable event) {
    threads.execute(event);
    settle();
  }

  /**
   * Asks something in one of the world's threads, as the answer may need others of them.
   *
   * @throws IllegalStateException if there is none without time passing
   */
  public <T> T ask(Supplier<T> question) {
    FutureTask<T> answer = new FutureTask<>(question::get);
    doNow(answer);
    if (!answer.isDone()) {
      throw new IllegalStateException("this waits for something that doesn't happen by itself");
    }
    try {
      return answer.get();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw unchecked(Objects.requireNonNull(e.getCause()));
    }
  }

  private static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  /** Waits until nothing happens any more without time passing. */
  void settle() {
    do {
      threads.awaitQuiet();
    } while (doNext(time.nanoTime()));
  }

  /**
   * Lets time pass as far as it takes.
   *
   * @return false if the condition doesn't hold after this time
   */
  boolean await(BooleanSupplier condition, Duration patience) {
    long limitNanos = time.nanoTime() + patience.toNanos();
    OutsideWork.Wait others = outside.begin(condition, this::stepsDone);
    do {
      settle();
      while (!condition.getAsBoolean() && others.goesOn()) {
        settle();
      }
    } while (!condition.getAsBoolean() && doNext(limitNanos));
    settle();
    return condition.getAsBoolean();
  }

  private int stepsDone() {
    return conductor.steps().size();
  }

  /** Lets so much time pass. */
  public void pass(Duration duration) {
    long limitNanos = time.nanoTime() + duration.toNanos();
    do {
      settle();
    } while (doNext(limitNanos));
    settle();
  }

  /** Never in the thread that moves the world on, which must not wait for anything in it. */
  private boolean doNext(long limitNanos) {
    Optional<Runnable> next = time.passToNext(limitNanos);
    next.ifPresent(threads::execute);
    return next.isPresent();
  }

  /** Ends it, with all that its threads still do. */
  @Override
  public void close() {
    servers.forEach(server -> server.dispose(threads));
    downstream.close();
    settle();
    database.close();
  }
}
