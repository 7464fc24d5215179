/**
 * What is said to callers, and to operators.
 *
 * <p>{@code Answer} is what every attempt gets, {@code CapturedAnswer} what a handler said, {@code
 * Outcomes} and {@code StoredMetadata} stand between both and the record. {@code Refusals}, {@code
 * CalleeRefusal} and {@code Failures} have every status that the guard itself gives. {@code
 * SeldomLog} says things but once, however often they happen; {@code LogLine} has what is said.
 */
@NullMarked
package io.github.grpconce.internal.answer;

import org.jspecify.annotations.NullMarked;
