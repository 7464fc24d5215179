/**
 * The durable commit log below the embedded engine: what was acknowledged survives a killed process
 * and a lost power supply.
 *
 * <p>The door is {@link io.github.grpconce.embedded.internal.log.CommitLog}; everything else is
 * hidden. A directory holds
 *
 * <ul>
 *   <li>{@code log-V}: segments, each with the commits after version V in frames;
 *   <li>{@code checkpoint-V}: all entries as of version V, so that older segments can go;
 *   <li>{@code *.tmp}: files that a crash left unfinished; the next open deletes them;
 *   <li>{@code lock} and {@code lock.pid}: which process holds the directory.
 * </ul>
 *
 * <p>Reading order: the room {@code file} with {@code Frame} (how bytes prove themselves), {@code
 * FrameWriter} and {@code FrameReader} (what a crash can leave, and how it is told from damage);
 * then {@code Recovery}, {@code GroupCommit} (one sync for many commits), {@code Checkpointer}.
 *
 * <p><b>Invariants.</b> A file under its final name was complete and synced when it got that name.
 * Nothing is acknowledged before a sync that covers it has returned. A failed write or sync is
 * final: the log refuses everything after it, and only a new recovery decides what was stored.
 * Nothing here knows what a commit means; this package imports nothing of FoundationDB's, nor of
 * the engine's.
 */
@NullMarked
package io.github.grpconce.embedded.internal.log;

import org.jspecify.annotations.NullMarked;
