/**
 * How one thing happens after the other although handlers block. {@code WorldTime} passes only from
 * one thing that is due to the next, when all {@code HandlerThreads} have ended or wait; {@code
 * OutsideWork} is done by threads that nobody here knows, and is waited for in real time.
 */
@NullMarked
package io.github.grpconce.testing.internal.time;

import org.jspecify.annotations.NullMarked;
