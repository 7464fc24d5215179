/**
 * What nobody here wrote, on both sides of the demo's services: nginx between them, which makes
 * calls a second time by its own decision, and gRPC's JavaScript client before them, with its own
 * retries. {@code ForeignPeersIT} is the test.
 */
package io.github.grpconce.demo.foreign;
