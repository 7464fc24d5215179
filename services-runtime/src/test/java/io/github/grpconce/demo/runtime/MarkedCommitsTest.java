package io.github.grpconce.demo.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.FDBException;
import com.apple.foundationdb.Transaction;
import com.apple.foundationdb.subspace.Subspace;
import io.github.grpconce.embedded.EmbeddedDatabase;
import io.github.grpconce.embedded.Fault;
import io.github.grpconce.embedded.FaultPlan;
import io.github.grpconce.embedded.FaultPlan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MarkedCommitsTest {

  private static final Subspace MARKS = ServiceSpace.named("test").marks();
  private static final byte[] KEY = "key".getBytes(UTF_8);

  private final FaultPlan faults = FaultPlan.seeded(1);
  private final Database plain = EmbeddedDatabase.newBuilder().faultPlan(faults).build();
  private final Database database = MarkedCommits.of(plain, MARKS);
  private final Logger logger = Logger.getLogger(MarkedCommits.class.getName());
  private final Lines lines = new Lines();

  @BeforeEach
  void listen() {
    logger.addHandler(lines);
  }

  @AfterEach
  void close() {
    logger.removeHandler(lines);
    database.close();
  }

  @Test
  void unknownResultThatLanded_isLoggedWithAMarkThatIsThere() {
    faults.at(Step.COMMIT).once().inject(Fault.unknownResultLanded());
    assertEquals(1021, codeOfCommit(database.createTransaction()));
    assertTrue(MarkedCommits.landed(plain, MARKS, onlyMark()));
  }

  @Test
  void unknownResultThatDidNotLand_isLoggedWithAMarkThatIsNotThere() {
    faults.at(Step.COMMIT).once().inject(Fault.unknownResultDropped());
    assertEquals(1021, codeOfCommit(database.createTransaction()));
    assertFalse(MarkedCommits.landed(plain, MARKS, onlyMark()));
  }

  @Test
  void nextTryOfATransaction_hasAMarkOfItsOwn() {
    faults.at(Step.COMMIT).times(2).inject(Fault.unknownResultDropped());
    Transaction first = database.createTransaction();
    assertEquals(1021, codeOfCommit(first));
    Transaction second = first.onError(new FDBException("", 1021)).join();
    assertEquals(1021, codeOfCommit(second));
    assertEquals(2, List.copyOf(lines.marks).stream().distinct().count());
  }

  @Test
  void knownFailure_isNotLogged() {
    faults.at(Step.COMMIT).once().inject(Fault.error(1020));
    assertEquals(1020, codeOfCommit(database.createTransaction()));
    assertEquals(List.of(), lines.marks);
  }

  @Test
  void commitThatWritesNothing_hasNoMark() {
    try (Transaction transaction = database.createTransaction()) {
      assertNull(transaction.get(KEY).join());
      transaction.commit().join();
    }
    assertTrue(plain.read(reader -> reader.getRange(MARKS.range()).asList().join()).isEmpty());
  }

  private static int codeOfCommit(Transaction transaction) {
    transaction.set(KEY, KEY);
    CompletionException failure =
        assertThrows(CompletionException.class, () -> transaction.commit().join());
    return ((FDBException) failure.getCause()).getCode();
  }

  private UUID onlyMark() {
    assertEquals(1, lines.marks.size());
    return lines.marks.get(0);
  }

  /** The marks that were logged. */
  private static final class Lines extends Handler {

    private final List<UUID> marks = new ArrayList<>();

    @Override
    public void publish(LogRecord line) {
      assertTrue(line.getMessage().startsWith(MarkedCommits.UNKNOWN), line.getMessage());
      marks.add(UUID.fromString(line.getMessage().substring(MarkedCommits.UNKNOWN.length())));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
