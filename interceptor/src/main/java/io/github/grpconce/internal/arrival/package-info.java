/**
 * Stage 2 of a call's life: the request is read until it is complete ({@code RequestReader}), and
 * it is decided whether it may be executed ({@code Admission}).
 */
@NullMarked
package io.github.grpconce.internal.arrival;

import org.jspecify.annotations.NullMarked;
