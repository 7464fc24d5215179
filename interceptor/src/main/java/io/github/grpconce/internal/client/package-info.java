/**
 * Below the client's doors: one class for each way in which a call gets its ID, and the form and
 * sense of a service config.
 *
 * <p>Calls: {@code IdChoice}, {@code IdentifiedCall}, {@code MessageIdentifiedCall}, {@code
 * DerivedIdCall}, {@code RefusedCall}. Configs: {@code ServiceConfigForm} (is it one), {@code
 * ServiceConfigLint} (does it do what it says), {@code RepeatableMethods} (what may be repeated).
 */
@NullMarked
package io.github.grpconce.internal.client;

import org.jspecify.annotations.NullMarked;
