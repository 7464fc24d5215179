/**
 * What became of the purchases, found out by comparing what the shopper was told with what is in
 * the services' stores.
 *
 * <p>{@link io.github.grpconce.demo.audit.Evidence} is what the stores hold; {@link
 * io.github.grpconce.demo.audit.Audit} makes {@link io.github.grpconce.demo.audit.Figures} of it,
 * and {@link io.github.grpconce.demo.audit.Verdict} judges them. A {@link
 * io.github.grpconce.demo.audit.Reconciliation} goes through the stores order by order instead, and
 * lists each {@link io.github.grpconce.demo.audit.Breach}. It must never import the proxy or the
 * harness: an auditor has no part in the business.
 */
@NullMarked
package io.github.grpconce.demo.audit;

import org.jspecify.annotations.NullMarked;
