package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rows are fixed; {@code -Dexam.seed=N} and {@code -Dexam.rows=N} read others. */
class ExamNoiseTest {
  private static final long SEED = Long.getLong("exam.seed", 20_000);
  private static final int ROWS = Integer.getInteger("exam.rows", 1000);

  @ParameterizedTest
  @EnumSource
  void readsAtLeast99PercentOfTheRowsAndKeepsNoneWrong(Hand hand) {
    NoiseRun run = typed(hand, SEED, ROWS);
    System.out.println(run.report());
    assertThat(run.keptWrong()).isEmpty();
    assertThat(run.keptBroken()).isEmpty();
    assertThat(run.rightShare(Language.ZH)).isGreaterThanOrEqualTo(0.99);
    assertThat(run.rightShare(Language.EN)).isGreaterThanOrEqualTo(0.99);
  }

  static NoiseRun typed(Hand hand, long seed, int rows) {
    var run = new NoiseRun();
    for (Language language : Language.values()) {
      for (int i = 0; i < rows; i++) {
        run.good(hand, language, seed + i);
      }
      for (Breakage breakage : Breakage.values()) {
        for (int i = 0; i < rows / 15; i++) {
          run.broken(breakage, hand, language, seed + i);
        }
      }
    }
    return run;
  }
}
