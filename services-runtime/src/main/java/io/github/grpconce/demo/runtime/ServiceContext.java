package io.github.grpconce.demo.runtime;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.demo.handler.Execution;

/**
 * What a service is made from.
 *
 * @param database the service's store
 * @param data where in it the service's own data is
 * @param execution what its handlers write through
 */
public record ServiceContext(Database database, Subspace data, Execution execution) {}
