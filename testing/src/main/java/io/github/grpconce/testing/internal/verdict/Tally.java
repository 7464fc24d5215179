package io.github.grpconce.testing.internal.verdict;

import java.util.List;

/**
 * How much was tried.
 *
 * @param steps where something can go wrong
 * @param worlds in how many worlds something went wrong, differently in each
 * @param possible how many there are with one mishap each
 * @param leftOut what could not be compared, and why
 */
public record Tally(int steps, int worlds, int possible, List<String> leftOut) {}
