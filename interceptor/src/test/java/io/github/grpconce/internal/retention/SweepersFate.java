package io.github.grpconce.internal.retention;

import io.github.grpconce.internal.record.DatabaseView;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A sweeper's process: it may die before or after any operation, and others see what it does. */
final class SweepersFate implements DatabaseView.Observer {

  /** What a dead process gets from the store. */
  static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final RandomGenerator random;
  private final int operationsPerDeath;
  private final Consumer<DatabaseView.Operation> witness;
  private boolean dead;

  SweepersFate(
      RandomGenerator random, int operationsPerDeath, Consumer<DatabaseView.Operation> witness) {
    this.random = random;
    this.operationsPerDeath = operationsPerDeath;
    this.witness = witness;
  }

  boolean isDead() {
    return dead;
  }

  @Override
  public Object around(DatabaseView.Operation operation) {
    dieSometimes();
    witness.accept(operation);
    Object result = operation.proceed();
    dieSometimes();
    return result;
  }

  private void dieSometimes() {
    dead |= random.nextInt(2 * operationsPerDeath) == 0;
    if (dead) {
      throw new Died();
    }
  }
}
