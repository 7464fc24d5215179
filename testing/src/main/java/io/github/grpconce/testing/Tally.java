package io.github.grpconce.testing;

/**
 * How much was tried.
 *
 * @param steps where something can go wrong
 * @param worlds in how many worlds something went wrong, differently in each
 * @param possible how many there are with one mishap each
 */
record Tally(int steps, int worlds, int possible) {}
