package io.tunemesh.inference.alias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tunemesh.contract.alias.AliasTarget;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitTest {

  private static final int KEYS = 20_000;

  @Test
  void givesEachTargetItsShareOfTheKeys() {
    List<AliasTarget> targets = List.of(target("a", 90), target("b", 10), target("c", 0));

    assertThat(share(targets, "a")).isCloseTo(0.9, within(0.02));
    assertThat(share(targets, "b")).isCloseTo(0.1, within(0.02));
    assertThat(share(targets, "c")).isZero();
  }

  @Test
  void movesOnlyTheKeysThatItMustWhenAWeightGrows() {
    List<AliasTarget> before = List.of(target("a", 90), target("b", 10));
    List<AliasTarget> after = List.of(target("a", 80), target("b", 20));

    long left =
        IntStream.range(0, KEYS)
            .mapToObj(i -> "user-" + i)
            .filter(key -> Split.choose(before, key).equals("b"))
            .filter(key -> Split.choose(after, key).equals("a"))
            .count();

    assertThat(left).isZero();
  }

  @Test
  void givesAKeyTheSameTargetInWhateverOrderTheyAre() {
    for (int i = 0; i < 100; i++) {
      assertThat(Split.choose(List.of(target("a", 1), target("b", 1)), "user-" + i))
          .isEqualTo(Split.choose(List.of(target("b", 1), target("a", 1)), "user-" + i));
    }
  }

  private static double share(List<AliasTarget> targets, String model) {
    return IntStream.range(0, KEYS)
            .filter(i -> Split.choose(targets, "user-" + i).equals(model))
            .count()
        / (double) KEYS;
  }

  private static AliasTarget target(String model, int weight) {
    return new AliasTarget(model, weight);
  }
}
