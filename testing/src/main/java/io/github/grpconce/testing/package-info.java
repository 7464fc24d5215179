/**
 * A kit with which applications show that their handlers take effect once, whatever goes wrong.
 *
 * <p>{@link io.github.grpconce.testing.ExactlyOnce} is the door; the example is there.
 *
 * <h2>What it does with a call</h2>
 *
 * <p>First it makes the call in a world where nothing goes wrong, and notes the <em>steps</em>:
 * each read, commit and outgoing call, which is where a server reaches beyond its process and where
 * something can go wrong. A <em>scenario</em> is a mishap at a step, or two of them; each is played
 * in a world of its own: an empty database, servers on gRPC's in-process transport, a time. The
 * client asks until it has an answer, then once more on a server that has just been started, when
 * all that was late has arrived. In the end the effects, all answers, and the request IDs of
 * outgoing calls must be what they were where nothing went wrong.
 *
 * <h2>Reading order</h2>
 *
 * <ol>
 *   <li>{@code ExactlyOnce} and {@code Proof}: what a test says, as a {@code Trial} and a {@code
 *       Recipe}. {@code Prover}: all of the above.
 *   <li>{@code Scenarios}: what is tried; {@code Mishap}, {@code Strike}, {@code Step}.
 *   <li>{@code World}: where; {@code WorldTime} and {@code HandlerThreads}: how one thing happens
 *       after the other although handlers block. {@code OutsideWork}: what can't be seen of that.
 *   <li>{@code Server}: one life of a process, put together of the library's real parts. {@code
 *       Host}: what goes in and out of it. {@code StoreLink}, {@code LinkedDatabase}, {@code
 *       LinkedTransaction}, {@code LinkedCommit}: to the store. {@code Downstream}, {@code
 *       OutgoingCall}, {@code Caller}: to other services.
 *   <li>{@code Conductor}: counts the steps, and says what befalls each; {@code Client}: has its
 *       part in it.
 *   <li>{@code Observation}, {@code Effects}: what was seen; {@code Expectation}: what should have
 *       been. {@code Transcript}: how people can see it.
 * </ol>
 *
 * <h2>What makes it repeatable</h2>
 *
 * <p>Mishaps are bound to steps, not to times. The world's time passes only when every handler
 * thread has ended or waits, so nothing is late because the machine is slow. Threads that the kit
 * doesn't know are waited for in real time, and may be too slow for it: then a world is another one
 * than usual, but never one in which a right handler is wrong.
 *
 * <p>Never imports the library's packages beyond what applications may, nor anything of
 * FoundationDB that needs its native library.
 */
@NullMarked
package io.github.grpconce.testing;

import org.jspecify.annotations.NullMarked;
