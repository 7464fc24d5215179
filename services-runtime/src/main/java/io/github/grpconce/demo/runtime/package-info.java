/** What the services of the demo stand on: flags, the store, the server and its shutdown. */
@NullMarked
package io.github.grpconce.demo.runtime;

import org.jspecify.annotations.NullMarked;
