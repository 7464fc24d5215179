package io.github.grpconce.testing;

import com.apple.foundationdb.Database;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A call, what is there before it and what it should come to.
 *
 * @param effects what counts, by name; empty for all that is in the databases
 */
record Trial<ReqT, RespT>(
    MethodDescriptor<ReqT, RespT> method,
    List<ReqT> requests,
    List<Consumer<? super Database>> given,
    Map<String, Function<? super Database, ?>> effects,
    Status.Code expected) {

  String name() {
    return method.getFullMethodName();
  }
}
