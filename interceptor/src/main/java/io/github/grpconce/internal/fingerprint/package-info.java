/**
 * How a request is compared with the one that was executed, maybe by a server that knows another
 * version of its schema.
 *
 * <p>{@code RequestFingerprints} makes and matches them, {@code PresentedRequest} is what has just
 * arrived. A fingerprint is stored data.
 */
@NullMarked
package io.github.grpconce.internal.fingerprint;

import org.jspecify.annotations.NullMarked;
