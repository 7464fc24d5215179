/** FoundationDB's Java API, implemented in this process without native code. */
@NullMarked
package io.github.grpconce.embedded;

import org.jspecify.annotations.NullMarked;
