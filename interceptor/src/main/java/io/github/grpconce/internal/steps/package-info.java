/**
 * Stage 3 in STEPS mode.
 *
 * <p>{@code StepsOperation} goes from stage to stage; {@code StepsLookup} decides who may execute,
 * {@code StepsRun} is one execution, {@code Tenure} its right to commit, {@code Steps} the
 * handler's use of it ({@code MessageSteps} reads and writes its messages). {@code Heartbeat} keeps
 * the lease; {@code Recoverer} resumes what nobody comes back for.
 */
@NullMarked
package io.github.grpconce.internal.steps;

import org.jspecify.annotations.NullMarked;
