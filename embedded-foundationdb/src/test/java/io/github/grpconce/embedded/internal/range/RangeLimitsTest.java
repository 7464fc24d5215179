package io.github.grpconce.embedded.internal.range;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** How much of a range may still be read. */
class RangeLimitsTest {
  @Test
  void limitOfAllRowsThereCanBe_staysPositiveWithMoreRowsToRead() {
    RangeLimits all = new RangeLimits(Integer.MAX_VALUE, 1, RangeLimits.UNLIMITED);
    RangeLimits request = all.forRequest(3, 1, 0);
    assertEquals(Integer.MAX_VALUE, request.rows);
    assertEquals(4, request.minRows);
  }
}
