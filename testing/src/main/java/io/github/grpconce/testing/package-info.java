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
 * <h2>Rooms</h2>
 *
 * <p>What a test says becomes a {@code Trial} and a {@code Recipe}; what is done with them is in
 * rooms below {@code internal}, each of which needs only those before it:
 *
 * <ol>
 *   <li>{@code link}: the store and other services as a process has them whose way there is
 *       troubled.
 *   <li>{@code scenario}: what is tried. {@code time}: how one thing happens after the other.
 *   <li>{@code process}: what goes in and out of a server, and what befalls it. {@code store},
 *       {@code downstream}: its ways out.
 *   <li>{@code world}: where a scenario is played, and the client that makes the call in it.
 *   <li>{@code verdict}: {@code Prover}, which does all of the above, and what it compares.
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
