package io.github.grpconce.embedded.defect;

import static io.github.grpconce.embedded.defect.Suite.recorded;
import static io.github.grpconce.embedded.defect.Suite.rule;
import static io.github.grpconce.embedded.defect.Suite.workload;

import io.github.grpconce.embedded.rules.Rules;
import io.github.grpconce.embedded.workload.Workloads;
import java.util.List;

/**
 * The mistakes that an engine could make, each with the checks that must find it: at least two of
 * different kinds, so that none hangs on one check's being right.
 *
 * <ul>
 *   <li>Recorded answers: what a real cluster said, whatever anybody thinks of it.
 *   <li>Workloads: many threads and an invariant. They see what must not happen: lost conflicts,
 *       wrong sums. They don't see needless conflicts, nor missing errors.
 *   <li>Rules: random calls against the documentation. They see both, one call at a time.
 *   <li>Power cuts, and the order of syncs and acknowledgements: the only ones with a disk.
 * </ul>
 *
 * <p>What Lincheck finds of them is in {@code LinearizabilityTest}: it can't run in another class
 * loader, as these checks do.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are unmodifiable
public enum Defect {
  NO_CONFLICT_DETECTION(
      List.of(
          Redirect.of(
              "cluster/CommitProxy.check",
              "cluster/ConflictSet.isWrittenAfter",
              "cluster/Mistakes.neverWritten")),
      recorded("conflict"),
      workload(Workloads.CYCLE),
      workload(Workloads.CONFLICT_RANGE),
      workload(Workloads.WRITE_DURING_READ),
      workload(Workloads.BANK),
      rule(Rules.CONFLICT_EXTENTS)),
  NO_RANGE_READ_CONFLICTS(
      List.of(
          Redirect.of(
              "ryw/ReadYourWrites.getRange",
              "ryw/ReadYourWrites.addConflicts",
              "ryw/Mistakes.noConflict")),
      recorded("extent"),
      workload(Workloads.CONFLICT_RANGE),
      rule(Rules.CONFLICT_EXTENTS)),
  NO_GET_KEY_CONFLICTS(
      List.of(
          Redirect.of(
              "ryw/ReadYourWrites.getKey",
              "ryw/ReadYourWrites.addConflicts",
              "ryw/Mistakes.noConflict")),
      recorded("extent"),
      workload(Workloads.CONFLICT_RANGE),
      rule(Rules.CONFLICT_EXTENTS)),
  LIMIT_IGNORED_IN_CONFLICT_EXTENT(
      List.of(
          Redirect.of("ryw/ReadConflicts.*", "range/RangeResult.more", "ryw/Mistakes.nothingMore")),
      recorded("extent"),
      rule(Rules.CONFLICT_EXTENTS)),
  REVERSE_EXTENT_WRONG(
      List.of(
          Redirect.of(
              "ryw/ReadConflicts.ofRange",
              "ryw/ReadConflicts.ofReverseRange",
              "ryw/Mistakes.forwardExtent")),
      recorded("extent"),
      rule(Rules.CONFLICT_EXTENTS)),
  NO_TOO_OLD_CHECK(
      List.of(
          Redirect.of(
              "cluster/CommitProxy.check",
              "cluster/CommitProxy.oldest",
              "cluster/Mistakes.neverTooOldToCommit"),
          Redirect.of(
              "nativeapi/NativeTransaction.*",
              "cluster/Storage.oldestVersion",
              "cluster/Mistakes.neverTooOld"),
          Redirect.of(
              "cluster/Storage.*",
              "cluster/Storage.oldestVersion",
              "cluster/Mistakes.neverTooOld")),
      recorded("age"),
      rule(Rules.CALL_ERRORS)),
  OWN_WRITES_IN_READ_CONFLICTS(
      List.of(
          Redirect.of(
              "ryw/ReadYourWrites.*",
              "ryw/WriteCursor.readsDatabase",
              "ryw/Mistakes.alwaysReadsDatabase")),
      recorded("extent"),
      rule(Rules.CONFLICT_EXTENTS)),
  SNAPSHOT_READS_CONFLICT(
      List.of(
          Redirect.of(
              "binding/EmbeddedReads.*", "ryw/ReadYourWrites.get", "ryw/Mistakes.getWithConflict"),
          Redirect.of(
              "binding/EmbeddedReads.*",
              "ryw/ReadYourWrites.getKey",
              "ryw/Mistakes.getKeyWithConflict"),
          Redirect.of(
              "binding/RangeQuery.*",
              "ryw/ReadYourWrites.getRange",
              "ryw/Mistakes.getRangeWithConflict")),
      recorded("conflict"),
      rule(Rules.CONFLICT_EXTENTS)),
  NO_KEY_LIMIT(
      List.of(Redirect.of("ryw/OwnWrites.*", "key/Keys.writeSizeLimit", "key/Mistakes.anySize")),
      recorded("error"),
      rule(Rules.CALL_ERRORS)),
  UNREADABLE_CHECK_OFF(
      List.of(
          Redirect.of(
              "ryw/ReadYourWrites.*",
              "ryw/WriteCursor.isUnreadable",
              "ryw/Mistakes.neverUnreadable"),
          Redirect.of(
              "ryw/ReadYourWritesCursor.*",
              "ryw/WriteCursor.isUnreadable",
              "ryw/Mistakes.neverUnreadable")),
      recorded("stamp"),
      rule(Rules.CALL_ERRORS)),
  ADD_LOSES_ITS_CARRY(
      List.of(
          Redirect.of("key/Operation.apply", "key/Operation.add", "key/Mistakes.addWithoutCarry")),
      recorded("atomic"),
      workload(Workloads.ATOMIC_OPS),
      workload(Workloads.WRITE_DURING_READ)),
  COMMIT_ACKNOWLEDGED_BEFORE_IT_IS_SYNCED(
      List.of(
          Redirect.of("log/LogTail.store", "file/FrameWriter.sync", "file/UnsyncedLog.flushOnly")),
      Suite.POWER_CUTS,
      Suite.SYNC_ORDER);

  private final List<Redirect> redirects;
  private final List<String> checks;

  Defect(List<Redirect> redirects, String... checks) {
    this.redirects = redirects;
    this.checks = List.of(checks);
  }

  List<Redirect> redirects() {
    return redirects;
  }

  /** The names of the checks that must find it. */
  List<String> checks() {
    return checks;
  }
}
