package io.github.grpconce.testing;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.testing.internal.world.Trial;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A call that is to take effect once: made by {@link ExactlyOnce#call}, described further here, and
 * shown by {@link #takesEffectOnce}.
 *
 * <p>Not thread-safe.
 */
public final class Proof<ReqT, RespT> {

  private static final int MOST_WORLDS = 1_000;

  private final ExactlyOnce kit;
  private final MethodDescriptor<ReqT, RespT> method;
  private final List<ReqT> requests;
  private final Metadata headers = new Metadata();
  private final List<Consumer<? super Database>> given = new ArrayList<>();
  private final Map<String, Function<? super Database, ?>> effects = new LinkedHashMap<>();
  private final Map<Subspace, String> ignored = new LinkedHashMap<>();
  private Status.Code expected = Status.Code.OK;
  private int worlds = MOST_WORLDS;
  private boolean shown;

  Proof(ExactlyOnce kit, MethodDescriptor<ReqT, RespT> method, List<ReqT> requests) {
    this.kit = kit;
    this.method = method;
    this.requests = requests;
  }

  /**
   * Sets what is there before the call. It is done once in each world, so this is also where what a
   * test has in memory is emptied.
   *
   * @param preparation writes to the service's database, which is empty, and may block
   */
  public Proof<ReqT, RespT> given(Consumer<? super Database> preparation) {
    given.add(preparation);
    return this;
  }

  /**
   * Adds a header to each attempt: what tells callers apart, for example, where {@link
   * ExactlyOnce#guarding} has set a scope that is read from it.
   *
   * @throws IllegalArgumentException if it is the request ID's: that is the kit's to set
   */
  public <T> Proof<ReqT, RespT> header(Metadata.Key<T> key, T value) {
    if (key.name().equals(IdempotencyHeaders.REQUEST_ID.name())) {
      throw new IllegalArgumentException("the kit gives the call its request ID");
    }
    headers.put(key, value);
    return this;
  }

  /**
   * Names something that counts as effect: it must have the same value, by {@code equals}, whatever
   * goes wrong. With this, nothing else counts.
   *
   * <p>Without, all that the service, and those that it calls, have stored counts. What isn't the
   * same each time even if nothing goes wrong, such as a time or a random ID, can't be compared;
   * that there is as much of it is all that is seen. The {@link Report} names it, and if nothing
   * else is left, the test fails. More can be seen where IDs are derived from {@code
   * IdempotentCall.current().requestId()}, and handlers have the {@linkplain ExactlyOnce#clock
   * world's clock}.
   *
   * @param effect reads it from the service's database, or from where else it is
   * @throws IllegalStateException if something is {@linkplain #ignoring ignored}
   */
  public Proof<ReqT, RespT> effect(String name, Function<? super Database, ?> effect) {
    effects.put(name, effect);
    checkIgnored();
    return this;
  }

  /**
   * Says of keys that their values may differ from world to world: that there are as many counts,
   * and nothing else of them. The {@link Report} names them.
   *
   * @param keys in the service's database, or in those of the services that it calls
   * @param why for whoever reads the report
   * @throws IllegalStateException if effects are named: then nothing else counts anyway
   */
  public Proof<ReqT, RespT> ignoring(Subspace keys, String why) {
    ignored.put(keys, why);
    checkIgnored();
    return this;
  }

  private void checkIgnored() {
    if (!ignored.isEmpty() && !effects.isEmpty()) {
      throw new IllegalStateException("where effects are named, there is nothing to ignore");
    }
  }

  /**
   * Sets the status of the answer; OK by default. A final failure has to be given to every attempt
   * alike, too, and must not leave anything half done.
   */
  public Proof<ReqT, RespT> answered(Status.Code code) {
    expected = code;
    return this;
  }

  /**
   * Limits in how many worlds something goes wrong; at most {@value #MOST_WORLDS} by default. If
   * there could be more, a sample is drawn.
   */
  public Proof<ReqT, RespT> worlds(int atMost) {
    if (atMost < 1) {
      throw new IllegalArgumentException("something must go wrong in one world at least");
    }
    worlds = atMost;
    return this;
  }

  /**
   * Makes the call again and again, each time in a world of its own in which something else goes
   * wrong, and compares what it came to.
   *
   * @return how much was tried
   * @throws AssertionError if an effect happened twice or was lost, if attempts got different
   *     answers, or if another service was called under different request IDs; with a transcript of
   *     that world
   */
  public Report takesEffectOnce() {
    shown = true;
    return kit.show(
        new Trial<>(
            method,
            requests,
            headers,
            List.copyOf(given),
            new LinkedHashMap<>(effects),
            new LinkedHashMap<>(ignored),
            expected),
        worlds);
  }

  boolean isShown() {
    return shown;
  }
}
