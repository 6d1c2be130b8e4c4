package io.tunemesh.dataset.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tunemesh.dataset.report.Lengths.Bar;
import io.tunemesh.dataset.report.Lengths.Length;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LengthCountTest {

  @Test
  void tellsShortLengthsExactly() {
    LengthCount count = new LengthCount();
    for (int length = 0; length <= 100; length++) {
      count.add(length);
    }

    Length length = count.done();

    assertThat(length.examples()).isEqualTo(101);
    assertThat(length.min()).isZero();
    assertThat(length.max()).isEqualTo(100);
    assertThat(length.mean()).isEqualTo(50.0);
    assertThat(length.p50()).isEqualTo(50);
    assertThat(length.p95()).isEqualTo(95);
    assertThat(length.bars())
        .containsExactly(
            new Bar(0, 1, 1),
            new Bar(1, 2, 1),
            new Bar(2, 5, 3),
            new Bar(5, 10, 5),
            new Bar(10, 20, 10),
            new Bar(20, 50, 30),
            new Bar(50, 100, 50),
            new Bar(100, 200, 1));
  }

  @Test
  void tellsLongLengthsWithinOnePercent() {
    Random random = new Random(5);
    int[] lengths = random.ints(5000, 1, 3_000_000).toArray();
    LengthCount count = new LengthCount();
    Arrays.stream(lengths).forEach(count::add);
    Arrays.sort(lengths);

    Length length = count.done();

    assertThat((double) length.p50()).isEqualTo(lengths[2499], within(lengths[2499] * 0.01));
    assertThat((double) length.p99()).isEqualTo(lengths[4949], within(lengths[4949] * 0.01));
    assertThat(length.max()).isEqualTo(lengths[4999]);
    assertThat(length.bars().stream().mapToLong(Bar::examples).sum()).isEqualTo(5000);
  }

  @Test
  void takesTheLongestTextThatThereCanBe() {
    LengthCount count = new LengthCount();
    count.add(Integer.MAX_VALUE);

    assertThat(count.done().max()).isEqualTo(Integer.MAX_VALUE);
    assertThat(count.done().bars()).hasSize(1);
  }

  @Test
  void hasNothingToTellOfNothing() {
    assertThat(new LengthCount().done()).isNull();
  }
}
