package io.github.grpconce.embedded.workload;

import com.apple.foundationdb.Database;
import com.apple.foundationdb.KeyValue;
import com.apple.foundationdb.subspace.Subspace;
import com.apple.foundationdb.tuple.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Operations in three transactions, a, b and c, answer and leave the same as in two, a with b and
 * c. Each actor has rows of its own, and is disturbed only by how the others' commits are mixed
 * with its own.
 */
final class Serializability implements Workload {
  private static final int MOST_OPERATIONS = 8;

  private final Subspace rows = new Subspace(Tuple.from("rows"));

  @Override
  public void prepare(Database database) {
    // Every step prepares its own rows.
  }

  @Override
  public void step(Actor actor) {
    Subspace own = rows.get(actor.index());
    RandomOperations random = new RandomOperations(own, actor.random());
    List<RowOperation> first = some(random, actor);
    List<RowOperation> a = some(random, actor);
    List<RowOperation> b = some(random, actor);
    List<RowOperation> c = some(random, actor);
    List<RowOperation> ab = Stream.of(a, b).flatMap(List::stream).toList();
    List<String> apart = run(actor, own, List.of(first, a, b, c));
    List<String> together = run(actor, own, List.of(first, ab, c));
    if (!apart.equals(together)) {
      throw new AssertionError(
          Stream.of(first, a, b, c).toList() + " gave " + apart + ", and together " + together);
    }
  }

  private static List<RowOperation> some(RandomOperations random, Actor actor) {
    return Stream.generate(random::next).limit(1 + actor.any(MOST_OPERATIONS)).toList();
  }

  /** The answers to all operations, a list for each transaction, and the rows that are left. */
  private static List<String> run(Actor actor, Subspace own, List<List<RowOperation>> lists) {
    Database database = actor.database();
    database.run(
        tr -> {
          tr.clear(own.range());
          return null;
        });
    List<String> answers = new ArrayList<>();
    for (List<RowOperation> operations : lists) {
      answers.addAll(
          database.run(tr -> operations.stream().map(operation -> operation.on(tr)).toList()));
      actor.pause();
    }
    List<KeyValue> left = database.read(tr -> tr.getRange(own.range()).asList().join());
    answers.add(RowOperation.text(left));
    return answers;
  }

  @Override
  public void check(Database database) {
    // Every step has looked for itself.
  }
}
