package io.github.grpconce.embedded.rules;

import java.util.Optional;
import java.util.SplittableRandom;

/** The rules by name, to be tried on whatever engine this class was loaded with. */
public enum Rules {
  /** Which keys a read depends on: those and no others. */
  CONFLICT_EXTENTS,
  /** Which error a call gets, and that it gets none where nothing is wrong. */
  CALL_ERRORS;

  /**
   * Tries random calls.
   *
   * @return the first that did not get what the rule says, or nothing
   */
  public Optional<String> firstBreach(long seed, int calls) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int call = 0; call < calls; call++) {
      Optional<String> breach =
          switch (this) {
            case CONFLICT_EXTENTS -> new ConflictExtents(random.split()).firstBreach();
            case CALL_ERRORS -> new CallErrors(random.split()).breach();
          };
      if (breach.isPresent()) {
        return Optional.of(this + " with seed " + seed + ": " + breach.get());
      }
    }
    return Optional.empty();
  }
}
