/** The demo: two services, faulty links between them, and the books that are read back. */
@NullMarked
package io.github.grpconce.demo;

import org.jspecify.annotations.NullMarked;
