/**
 * Retention under load on a cluster: records are swept while calls run. {@code RetentionIT} is the
 * test; its {@code TallyServer} leaves in the store how often each call took effect, and its {@code
 * ConflictCount} sees the commits that fail.
 */
package io.github.grpconce.retention;
