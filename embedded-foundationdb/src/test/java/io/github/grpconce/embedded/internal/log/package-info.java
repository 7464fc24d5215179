/**
 * Tests of the commit log, from the real disk to one that forgets.
 *
 * <p>Reading order: {@code CommitLogTest}, {@code DamagedFilesTest}, {@code DirectoryLockTest};
 * then {@code SimulatedDisk} with {@code CrashSimulationTest}, and {@code KillTest} with a real
 * process.
 */
@NullMarked
package io.github.grpconce.embedded.internal.log;

import org.jspecify.annotations.NullMarked;
