package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rows are the same in every run; {@code -Dexam.seed=N} and {@code -Dexam.rows=N} read others.
 */
class ExamNoiseTest {
  private static final long SEED = Long.getLong("exam.seed", 20_000);
  private static final int ROWS = Integer.getInteger("exam.rows", 600);

  @ParameterizedTest
  @EnumSource
  void readsAtLeast99PercentOfTheGoodRows(Hand hand) {
    var run = new NoiseRun();
    for (Language language : Language.values()) {
      for (int i = 0; i < ROWS; i++) {
        run.good(hand, language, SEED + i);
      }
    }
    System.out.println(run.report());
    assertThat(run.keptWrong()).isEmpty();
    assertThat(run.rightShare(Language.ZH)).isGreaterThanOrEqualTo(0.99);
    assertThat(run.rightShare(Language.EN)).isGreaterThanOrEqualTo(0.99);
  }

  @ParameterizedTest
  @EnumSource
  void keepsNoBrokenRow(Hand hand) {
    var run = new NoiseRun();
    for (Language language : Language.values()) {
      for (Breakage breakage : Breakage.values()) {
        for (int i = 0; i < ROWS / 12; i++) {
          run.broken(breakage, hand, language, SEED + i);
        }
      }
    }
    assertThat(run.keptBroken()).isEmpty();
  }
}
