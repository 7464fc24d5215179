package io.github.grpconce.simulation;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;

/**
 * How a call ended.
 *
 * @param messages none if it failed
 */
record Answer<RespT>(Metadata headers, List<RespT> messages, Status status, Metadata trailers) {}
