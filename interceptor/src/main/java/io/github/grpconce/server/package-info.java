/**
 * The server's side: guarded calls take effect exactly once.
 *
 * <p>The way in is {@link io.github.grpconce.server.IdempotencyServerInterceptor}; what a handler
 * sees of it is {@link io.github.grpconce.server.IdempotentCall}.
 *
 * <p>{@link io.github.grpconce.server.IdempotentConsumer} gives the same guarantee to what isn't a
 * gRPC call: messages with IDs.
 *
 * <h2>The life of a guarded call, room by room</h2>
 *
 * <ol>
 *   <li>{@code internal.method}: is the method guarded, and how.
 *   <li>{@code internal.arrival}: one <em>attempt's</em> request is buffered until it is complete,
 *       and it is decided whether it may be executed. What is kept of the attempt is in {@code
 *       internal.attempt}.
 *   <li>{@code internal.operation}: the attempt joins the operation that is under way in this
 *       process, or begins it. The operation looks for the record ({@code internal.record}, {@code
 *       internal.fingerprint}), replays it, refuses, or executes and commits; in STEPS mode, {@code
 *       internal.steps} does that.
 *   <li>{@code internal.execution}: one run of the handler, with what it may use ({@code
 *       internal.handler}).
 *   <li>{@code internal.answer}: what is said to everybody who waits.
 * </ol>
 *
 * <h2>Threads</h2>
 *
 * <p>Handlers run on the application's executor, by one thread at a time for each execution. All
 * use of an attempt's real call is within that attempt's synchronization context. Everything else
 * runs where the store's futures complete, and never blocks.
 *
 * <p>Futures that a handler is given continue within its execution's context, on its executor
 * ({@code internal.handler}). A call that has queued for too long begins anew in the thread whose
 * turn it is ({@code HandlersTurn}).
 *
 * <h2>What fits where</h2>
 *
 * <p>Requests and responses are lists throughout, so that server and client streaming take the same
 * path. An operation of another mode is another {@code Operation}: it uses the same attempts,
 * executions and answers. All that is seen of a sweeper here is that a record is found to be
 * expired.
 *
 * <p>This package never imports the client, and nothing of FoundationDB that needs its native
 * library.
 */
@NullMarked
package io.github.grpconce.server;

import org.jspecify.annotations.NullMarked;
