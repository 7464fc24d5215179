/**
 * One life of a server process: what goes in and out passes its {@code Host}, which can die and
 * stand still. The {@code Conductor} counts the steps of all hosts and says what befalls each; the
 * {@code Transcript} is how people see it.
 */
@NullMarked
package io.github.grpconce.testing.internal.process;

import org.jspecify.annotations.NullMarked;
