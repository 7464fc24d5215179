package io.github.grpconce.internal.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HorizonTest {

  private static final long BUCKET = 1L << 20;

  @ParameterizedTest
  @CsvSource({"0, -2, 0", "0, -1, 0", "0, 0, 0", "1, -2, 0", "1, -1, 1", "1, 0, 1", "2, -1, 2"})
  void bucketIsCleared_onceItsLastMillisecondIsAtTheHorizon(
      long buckets, long plusMillis, int endBucket) {
    assertEquals(endBucket, Horizon.endBucket(buckets * BUCKET + plusMillis));
  }

  @ParameterizedTest
  @CsvSource({
    "-9223372036854775808, 0", // none was ever set
    "281474976710655, 268435456", // the last millisecond that an ID can have
    "9223372036854775806, 268435456"
  })
  void strangeHorizons_stayWithinTheBuckets(long horizonMillis, int endBucket) {
    assertEquals(endBucket, Horizon.endBucket(horizonMillis));
  }
}
