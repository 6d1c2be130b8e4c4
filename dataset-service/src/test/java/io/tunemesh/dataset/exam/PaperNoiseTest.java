package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Papers of a generator that shares nothing with the other noise. The rows are the same in every
 * run; {@code -Dexam.paper.seed=N} and {@code -Dexam.paper.rows=N} read others.
 */
class PaperNoiseTest {
  private static final long SEED = 1_000_000 * Long.getLong("exam.paper.seed", 1);
  private static final int ROWS = Integer.getInteger("exam.paper.rows", 2000);
  private static final int SHOWN = 5;

  @Test
  void readsAtLeast99PercentOfTheGoodRowsAndNoneWrong() {
    int right = 0;
    int wrong = 0;
    var shown = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      PaperRow row = PaperRow.good(SEED + i);
      ExamRow read = Roads.read(row.cells());
      boolean kept = read instanceof ExamRow.Kept;
      boolean same = kept && items((ExamRow.Kept) read).equals(row.truth());
      right += same ? 1 : 0;
      wrong += kept && !same ? 1 : 0;
      if (!same && (kept ? wrong : i + 1 - right - wrong) <= SHOWN) {
        shown.append(show(row, read));
      }
    }

    assertThat(wrong).as(shown.toString()).isZero();
    assertThat(right).as(shown.toString()).isGreaterThanOrEqualTo(ROWS * 99 / 100);
  }

  @Test
  void keepsNoBrokenRow() {
    Map<PaperFault, Integer> kept = new EnumMap<>(PaperFault.class);
    var shown = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      PaperRow row = PaperRow.broken(SEED + i);
      ExamRow read = Roads.read(row.cells());
      if (read instanceof ExamRow.Kept && kept.merge(row.fault(), 1, Integer::sum) <= SHOWN) {
        shown.append(show(row, read));
      }
    }

    assertThat(kept).as(shown.toString()).isEmpty();
  }

  private static List<String> items(ExamRow.Kept kept) {
    return kept.items().stream().map(PaperQuestion::truth).toList();
  }

  private static String show(PaperRow row, ExamRow read) {
    return "\n--- fault: %s\n%s\n## answers\n%s\n## read\n%s\n## truth\n%s\n"
        .formatted(row.fault(), row.cells().options(), row.cells().answers(), read, row.truth());
  }
}
