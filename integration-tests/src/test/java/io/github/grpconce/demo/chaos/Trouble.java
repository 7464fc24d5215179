package io.github.grpconce.demo.chaos;

import java.util.EnumSet;
import java.util.Set;

/** What can happen to a service, a link or a cluster. Each begins, lasts for a while, and ends. */
enum Trouble {
  /** SIGKILL; then it is away; then it is started again. */
  KILLED,
  /** SIGSTOP; then it stands still, past deadlines and leases; then SIGCONT. */
  PAUSED,
  /** Nothing more fits on its disk; then there is room, and it is started again. */
  DISK_FULL,
  /** All connections are reset. */
  CUT,
  /** Nothing gets through; then all of it arrives. */
  BLACK_HOLE,
  REQUESTS_STALLED,
  RESPONSES_STALLED,
  /** The server's side is reset, and clients hear nothing of it. */
  HALF_OPEN,
  /** Little bandwidth, and every frame is late. */
  SLOW,
  /** SIGKILL for a process that takes commits; the cluster recovers without it. */
  COMMIT_PROXY_KILLED,
  LOG_KILLED,
  STORAGE_KILLED,
  /** SIGSTOP; the cluster may recover without it, and then it goes on as if it were in office. */
  COMMIT_PROXY_PAUSED,
  LOG_PAUSED,
  STORAGE_PAUSED;

  /** What can happen to a target. A cluster's disks are out of our reach. */
  static Set<Trouble> of(Target target, boolean cluster) {
    if (target == Target.CLUSTER) {
      return EnumSet.range(COMMIT_PROXY_KILLED, STORAGE_PAUSED);
    }
    if (!target.isService()) {
      return EnumSet.range(CUT, SLOW);
    }
    return cluster ? EnumSet.of(KILLED, PAUSED) : EnumSet.range(KILLED, DISK_FULL);
  }
}
