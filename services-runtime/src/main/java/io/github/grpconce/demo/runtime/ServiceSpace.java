package io.github.grpconce.demo.runtime;

import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;

/**
 * The keys of one service in a store that several services may share.
 *
 * @param root the subspace below which all of the service's keys are
 */
public record ServiceSpace(Subspace root) {

  /** Returns the space of the service with this name: what {@code --subspace} says. */
  public static ServiceSpace named(String name) {
    return new ServiceSpace(new Subspace(Tuple.from(name)));
  }

  /** Returns where the service's own data is. */
  public Subspace data() {
    return root.subspace(Tuple.from("data"));
  }

  /** Returns where the guard keeps its records. */
  public Subspace records() {
    return root.subspace(Tuple.from("records"));
  }

  /** Returns where the {@link AttemptJournal} keeps its counts. */
  public Subspace journal() {
    return root.subspace(Tuple.from("journal"));
  }

  /** Returns where {@link MarkedCommits} leave their marks. */
  public Subspace marks() {
    return root.subspace(Tuple.from("marks"));
  }
}
