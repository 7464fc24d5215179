package io.github.grpconce.simulation;

import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** How a unary call ended. */
record Answer<RespT>(Metadata headers, @Nullable RespT message, Status status, Metadata trailers) {}
