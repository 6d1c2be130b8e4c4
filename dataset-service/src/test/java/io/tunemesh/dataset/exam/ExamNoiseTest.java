package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ExamNoiseTest {
  private static final int ROWS = 1500;
  private static final Map<String, Function<Random, Typist>> TYPISTS = new LinkedHashMap<>();

  static {
    TYPISTS.put("first", FirstTypist::new);
    TYPISTS.put("second", SecondTypist::new);
  }

  @Test
  void readsAtLeast99PercentOfTheFixedRowsAndKeepsNoneWrong() {
    var run = typed(20_000, ROWS);
    System.out.println(run.report());
    assertThat(run.misses(true)).isEmpty();
    assertThat(run.rightShare(Language.ZH)).isGreaterThanOrEqualTo(0.99);
    assertThat(run.rightShare(Language.EN)).isGreaterThanOrEqualTo(0.99);
  }

  @Test
  void readsAtLeast99PercentOfRowsThatNobodyHasSeen() {
    long seed = Long.getLong("exam.seed", new Random().nextInt(1_000_000) * 1000L);
    var run = typed(seed, ROWS / 3);
    System.out.println("seed -Dexam.seed=" + seed + "\n" + run.report());
    assertThat(run.rightShare(Language.ZH)).isGreaterThanOrEqualTo(0.99);
    assertThat(run.rightShare(Language.EN)).isGreaterThanOrEqualTo(0.99);
    assertThat(run.misses(true)).as("kept wrong, seed %d", seed).hasSizeLessThanOrEqualTo(2);
  }

  private static NoiseRun typed(long seed, int rows) {
    var run = new NoiseRun();
    TYPISTS.forEach(
        (name, typist) -> {
          for (Language language : Language.values()) {
            for (int i = 0; i < rows; i++) {
              run.good(name, language, seed + i, typist);
            }
            for (Breakage breakage : Breakage.values()) {
              for (int i = 0; i < rows / 15; i++) {
                run.broken(breakage, name, language, seed + i, typist);
              }
            }
          }
        });
    return run;
  }
}
