package io.tunemesh.dataset.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tunemesh.dataset.split.Part;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Labels and answer letters, and whether they are balanced. */
class BalanceTest {

  @Test
  void saysHowManyLabelsItsTableLeavesOut() {
    LabelCount count = new LabelCount();
    IntStream.range(0, 104).forEach(i -> count.add("label " + i, Part.TRAIN));

    assertThat(Balances.labels(count.done()).blocks().getFirst().table().caption())
        .endsWith("the other 4 are not shown");
  }

  @Test
  void tellsHowUnevenLabelsAre() {
    LabelCount count = new LabelCount();
    times(60, () -> count.add("good", Part.TRAIN));
    times(20, () -> count.add("good", Part.TEST));
    times(4, () -> count.add("bad", Part.TRAIN));
    times(1, () -> count.add("odd", Part.VALIDATION));

    LabelBalance labels = count.done();

    assertThat(labels.different()).isEqualTo(3);
    assertThat(labels.imbalance()).isEqualTo(80.0);
    assertThat(labels.effective()).isBetween(1.0, 1.5);
    assertThat(labels.classes())
        .extracting(LabelBalance.LabelShare::label)
        .containsExactly("good", "bad", "odd");
    assertThat(labels.classes().getFirst())
        .isEqualTo(new LabelBalance.LabelShare("good", 80, 0.9412, 60, 0, 20));
    assertThat(labels.notInTest()).containsExactly("bad");
    assertThat(labels.notInTrain()).containsExactly("odd");
  }

  @Test
  void countsEqualLabelsAsSoManyEffectiveOnes() {
    LabelCount count = new LabelCount();
    for (int label = 0; label < 8; label++) {
      String name = "label " + label;
      times(10, () -> count.add(name, Part.TRAIN));
    }

    assertThat(count.done().effective()).isEqualTo(8.0, within(0.0001));
    assertThat(count.done().notInTest()).as("there is no test part to be missing from").isEmpty();
  }

  @Test
  void saysThatThereAreTooManyLabelsRatherThanHoldThemAll() {
    LabelCount count = new LabelCount();
    for (int label = 0; label < LabelCount.MOST + 5; label++) {
      count.add("label " + label, Part.TRAIN);
    }

    assertThat(count.done().tooMany()).isTrue();
    assertThat(count.done().different()).isEqualTo(LabelCount.MOST);
    assertThat(count.done().classes()).hasSize(100);
  }

  @Test
  void findsALetterThatAModelWouldLearnToPrefer() {
    assertThat(letters(25, 25, 25, 25).skewed()).isFalse();
    assertThat(letters(5, 1, 1, 1).skewed()).as("too few to tell").isFalse();
    assertThat(letters(300, 280, 260, 260).skewed()).as("not worth preferring").isFalse();
    assertThat(letters(20, 20, 120, 40).skewed()).isTrue();
    assertThat(letters(20, 20, 120, 40).letters().get(2))
        .isEqualTo(new LetterBalance.LetterShare("C", 120, 0.6, 120, 0, 0));
  }

  private static LetterBalance letters(int... counts) {
    LetterCount count = new LetterCount();
    for (int i = 0; i < counts.length; i++) {
      String letter = String.valueOf((char) ('A' + i));
      times(counts[i], () -> count.add(letter, Part.TRAIN));
    }
    return count.done();
  }

  private static void times(int times, Runnable what) {
    for (int i = 0; i < times; i++) {
      what.run();
    }
  }
}
