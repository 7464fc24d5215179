package io.github.grpconce.simulation.store;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.Transaction;
import io.github.grpconce.simulation.world.Chance;
import io.github.grpconce.simulation.world.Fault;
import io.github.grpconce.simulation.world.Host;
import io.github.grpconce.simulation.world.Weather;
import io.github.grpconce.testing.internal.link.LinkedDatabase;
import io.github.grpconce.testing.internal.link.StoreLink;
import io.github.grpconce.testing.internal.link.StoreTrouble;
import io.github.grpconce.testing.internal.link.TransactionLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The way from one process to the store: slow, unreliable, sometimes interrupted.
 *
 * <p>Faults are made here and not in the store, because they befall one process: what is cut off
 * for one server works for the other, and what a crashed process was committing may still arrive.
 */
public final class WeatheredLink implements StoreLink {

  private static final Duration USUAL = Duration.ofMillis(3);
  private static final Duration SLOW = Duration.ofSeconds(6);

  /** Far longer than any call may take. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(5);

  private final Database store;
  private final Host host;
  private final Weather weather;
  private final Chance chance;
  private long unreachableUntilNanos;
  private final List<TransactionLife> open = new ArrayList<>();

  public WeatheredLink(Database store, Host host, Weather weather, Chance chance) {
    this.store = store;
    this.host = host;
    this.weather = weather;
    this.chance = chance;
  }

  @Override
  public Database store() {
    return store;
  }

  @Override
  public Executor executor() {
    return host;
  }

  /** A thread that waits would wait for itself. */
  @Override
  public boolean mayBlock() {
    return false;
  }

  @Override
  public TransactionLink begin(Executor executor) {
    Transaction transaction = store.createTransaction(Runnable::run);
    return new WeatheredTransaction(this, new TransactionLife(this), transaction);
  }

  /** Returns the process's end of the way. */
  public Database database() {
    return LinkedDatabase.over(this);
  }

  Host host() {
    return host;
  }

  Weather weather() {
    return weather;
  }

  Chance chance() {
    return chance;
  }

  public void interruptFor(Duration duration) {
    long until = host.loop().nanoTime() + duration.toNanos();
    unreachableUntilNanos = Math.max(unreachableUntilNanos, until);
  }

  /** Completes a future of this end with what has come of one at the other end, after a while. */
  <T> void pass(CompletableFuture<T> there, CompletableFuture<T> here) {
    var unused =
        there.whenComplete(
            (value, failure) ->
                host.schedule(
                    latency(),
                    failure == null
                        ? () -> here.complete(value)
                        : () -> here.completeExceptionally(failure)));
  }

  <T> void fail(CompletableFuture<T> here, int code) {
    host.schedule(latency(), () -> here.completeExceptionally(new StoreTrouble(code)));
  }

  /** Has a message travel to the store, whatever becomes of its sender. */
  void send(Runnable arrival) {
    host.loop().schedule(latency(), arrival);
  }

  private Duration latency() {
    Duration usual = chance.upTo(weather.strikes(Fault.STORE_SLOW) ? SLOW : USUAL);
    Duration outage = Duration.ofNanos(unreachableUntilNanos - host.loop().nanoTime());
    return outage.compareTo(usual) > 0 ? outage : usual;
  }

  void opened(TransactionLife life) {
    open.add(life);
  }

  void closed(TransactionLife life) {
    open.remove(life);
  }

  /** Returns whether a transaction, which holds native memory, was forgotten. */
  public boolean hasForgottenOne() {
    return open.stream().anyMatch(life -> life.age().compareTo(FORGOTTEN) > 0);
  }
}
