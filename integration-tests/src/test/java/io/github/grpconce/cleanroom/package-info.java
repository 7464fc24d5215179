/**
 * Proves that nothing needs FoundationDB's native library unless a cluster file was given.
 *
 * <p>Reading order: {@code NativeCodeTest} walks the byte code of all modules, with {@code
 * ByteCode} and {@code CallGraph}; {@code CleanRoomTest} runs the whole toolkit where loading the
 * library fails.
 */
@NullMarked
package io.github.grpconce.cleanroom;

import org.jspecify.annotations.NullMarked;
