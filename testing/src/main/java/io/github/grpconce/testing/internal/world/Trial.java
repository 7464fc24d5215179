package io.github.grpconce.testing.internal.world;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.IdempotencyHeaders;
import io.github.grpconce.RequestId;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A call, what is there before it and what it should come to.
 *
 * @param headers of each attempt, beside the request ID; never changed
 * @param effects what counts, by name; empty for all that is in the databases
 * @param ignored keys whose values may differ, and why
 */
public record Trial<ReqT, RespT>(
    MethodDescriptor<ReqT, RespT> method,
    List<ReqT> requests,
    Metadata headers,
    List<Consumer<? super Database>> given,
    Map<String, Function<? super Database, ?>> effects,
    Map<Subspace, String> ignored,
    Status.Code expected) {

  public Trial {
    headers = copyOf(headers);
  }

  /** Returns why the value of a key may differ; empty if it may not. */
  public Optional<String> whyIgnored(byte[] key) {
    return ignored.entrySet().stream()
        .filter(entry -> entry.getKey().contains(key))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  public String name() {
    return method.getFullMethodName();
  }

  /** Returns the headers of one attempt, for gRPC to keep. */
  Metadata headersWith(RequestId id) {
    Metadata own = copyOf(headers);
    own.put(IdempotencyHeaders.REQUEST_ID, id.value());
    return own;
  }

  private static Metadata copyOf(Metadata headers) {
    Metadata copy = new Metadata();
    copy.merge(headers);
    return copy;
  }
}
