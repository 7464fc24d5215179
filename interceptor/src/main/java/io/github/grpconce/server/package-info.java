/**
 * The server's side: guarded calls take effect exactly once.
 *
 * <p>The way in is {@link io.github.grpconce.server.IdempotencyServerInterceptor}; what a handler
 * sees of it is {@link io.github.grpconce.server.IdempotentCall}.
 *
 * <h2>Reading order: the life of a guarded call</h2>
 *
 * <ol>
 *   <li>{@code GuardedMethods} and {@code GuardedMethod}: is the method guarded, and how.
 *   <li>{@code RequestReader}: one <em>attempt's</em> request is buffered until it is complete, and
 *       it is decided whether it may be executed ({@code Admission}). What is known then is an
 *       {@code Invocation}. All that is kept until then, and while it is executed, is counted in
 *       {@code CallMemory}.
 *   <li>{@code Operations} and {@code Operation}: the attempt joins the operation that is under way
 *       in this process, or begins it. An operation ends with one {@code Answer} for all attempts
 *       that wait for it ({@code Attempt} sends it), or when all have left before the commit.
 *   <li>{@code TransactionOperation}: looks for the record, replays it, refuses, or executes and
 *       commits. All that is decided about a call's effect is decided there. What was begun in
 *       STEPS mode it leaves to others ({@code UnfinishedSteps}).
 *   <li>{@code StepsOperation}: the same in STEPS mode. {@code StepsLookup} decides who may
 *       execute, {@code StepsRun} is one execution, {@code Tenure} its right to commit, {@code
 *       Steps} the handler's use of it; {@code StoreLoop} tries each transaction until the store
 *       has decided. {@code Heartbeat} keeps the lease, {@code Leasing} says how long it lasts and
 *       for how long what has failed is left alone, and {@code Recoverer} resumes what nobody comes
 *       back for.
 *   <li>{@code Execution} and {@code CapturingCall}: one run of the handler, and what it answered
 *       ({@code CapturedAnswer}); {@code HandlerTransaction} is what it may do with the
 *       transaction.
 *   <li>{@code Outcomes} and {@code StoredMetadata}: between answers and records; {@code Refusals}
 *       and {@code Failures}: every status that the guard itself gives.
 * </ol>
 *
 * <p>{@link io.github.grpconce.server.IdempotentConsumer} gives the same guarantee to what isn't a
 * gRPC call: messages with IDs.
 *
 * <h2>Threads</h2>
 *
 * <p>Handlers run on the application's executor, by one thread at a time for each execution. All
 * use of an attempt's real call is within that attempt's synchronization context. Everything else
 * runs where the store's futures complete, and never blocks.
 *
 * <p>Futures that a handler is given continue within its execution's context, on its executor
 * ({@code Continuations}, {@code HandlerFuture}). A thread of the handler that waits for one of its
 * continuations runs it, if nobody else does ({@code HandlerThreads}). A call that has queued for
 * too long begins anew in the thread whose turn it is ({@code HandlersTurn}).
 *
 * <h2>What fits where</h2>
 *
 * <p>Requests and responses are lists throughout, so that server and client streaming take the same
 * path. An operation of another mode is another {@code Operation}: it uses the same attempts,
 * executions and answers. The sweeper that ends retention is the record package's business: all
 * that is seen of it here is that a record is found to be expired.
 *
 * <p>This package never imports the client, and nothing of FoundationDB that needs its native
 * library.
 */
@NullMarked
package io.github.grpconce.server;

import org.jspecify.annotations.NullMarked;
