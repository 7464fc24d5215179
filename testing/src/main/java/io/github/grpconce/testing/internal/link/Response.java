package io.github.grpconce.testing.internal.link;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;

/**
 * How a call ended.
 *
 * @param messages none if it failed before any
 */
public record Response<RespT>(
    Metadata headers, List<RespT> messages, Status status, Metadata trailers) {}
