package io.github.grpconce.server;

import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Says who is calling, so that no caller gets another's answer: the scope is part of a record's
 * identity, and two callers' equal request IDs never meet.
 *
 * <p>It must be the same for all attempts of a caller, and nothing that a caller can choose: the
 * name of whom an interceptor above has authenticated, for example. It is asked once for each
 * attempt, in the context of the call.
 *
 * <p>Thread-safe.
 */
public final class CallerScope {

  /** Finds out who is calling. */
  @FunctionalInterface
  public interface Extractor {
    /** Returns who is calling; null, or an empty text, if that isn't known. */
    @Nullable String scopeOf(ServerCall<?, ?> call, Metadata headers);
  }

  private final Extractor extractor;
  private final boolean required;

  private CallerScope(Extractor extractor, boolean required) {
    this.extractor = extractor;
    this.required = required;
  }

  /** Callers are not told apart: for one caller, or callers that may see each other's answers. */
  public static CallerScope shared() {
    return new CallerScope((call, headers) -> null, false);
  }

  /** The name in the client's verified TLS certificate: its subject, as RFC 2253 spells it. */
  public static CallerScope tlsPeer() {
    return of(
        (call, headers) -> {
          SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
          return session == null ? null : peerOf(session);
        });
  }

  private static @Nullable String peerOf(SSLSession session) {
    try {
      return session.getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException e) {
      return null; // A client without a certificate: nobody is known.
    }
  }

  /**
   * The value of a header. Only for servers behind something trusted that sets it, and removes what
   * clients set. Several values name nobody.
   */
  public static CallerScope header(Metadata.Key<String> key) {
    return of(
        (call, headers) -> {
          Iterable<String> values = headers.getAll(key);
          return values == null ? null : onlyOneOf(values.iterator());
        });
  }

  private static @Nullable String onlyOneOf(Iterator<String> values) {
    String first = values.next();
    return values.hasNext() ? null : first;
  }

  /** What an interceptor above has put into the context of the call. */
  public static <T> CallerScope context(Context.Key<T> key, Function<? super T, String> scope) {
    return of(
        (call, headers) -> {
          T value = key.get();
          return value == null ? null : scope.apply(value);
        });
  }

  /** What a function of the call, its headers and the current {@link Context} says. */
  public static CallerScope of(Extractor extractor) {
    return new CallerScope(extractor, true);
  }

  /** Returns this scope for servers whose unknown callers share one scope, and aren't refused. */
  public CallerScope orShared() {
    return new CallerScope(extractor, false);
  }

  /** Returns the scope of a call; empty if the call must be refused. */
  public Optional<String> find(ServerCall<?, ?> call, Metadata headers) {
    String scope = extractor.scopeOf(call, headers);
    if (scope != null && !scope.isEmpty()) {
      return Optional.of(scope);
    }
    return required ? Optional.empty() : Optional.of("");
  }
}
