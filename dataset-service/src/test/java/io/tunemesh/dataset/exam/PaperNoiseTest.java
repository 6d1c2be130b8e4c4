package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Reads papers of a generator that shares nothing with the other noise. */
class PaperNoiseTest {
  private static final int ROWS = Integer.getInteger("paper.rows", 4000);
  private static final long SEED = Long.getLong("paper.seed", 1);

  @Test
  void readsTheGoodRowsRightAndKeepsNothingWrong() {
    int right = 0;
    int wrong = 0;
    var shown = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      PaperRow row = PaperRow.good(SEED * 1_000_000 + i);
      ExamRow read = ExamReader.read(row.cells());
      if (read instanceof ExamRow.Kept kept) {
        boolean same = items(kept).equals(row.truth());
        right += same ? 1 : 0;
        wrong += same ? 0 : 1;
        if (!same && wrong <= 10) {
          shown.append(show("WRONG", row, read));
        }
      } else if (i - right - wrong < 15) {
        shown.append(show("REFUSED", row, read));
      }
    }

    System.out.println("good rows: right " + right + " wrong " + wrong + " of " + ROWS);
    assertThat(wrong).as(shown.toString()).isZero();
    assertThat(right).as(shown.toString()).isGreaterThanOrEqualTo(ROWS * 99 / 100);
  }

  @Test
  void keepsNoBrokenRow() {
    Map<PaperFault, Integer> kept = new EnumMap<>(PaperFault.class);
    Map<PaperFault, Integer> all = new EnumMap<>(PaperFault.class);
    Map<String, Integer> reasons = new TreeMap<>();
    var shown = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      PaperRow row = PaperRow.broken(SEED * 1_000_000 + i);
      all.merge(row.fault(), 1, Integer::sum);
      ExamRow read = ExamReader.read(row.cells());
      if (read instanceof ExamRow.Kept) {
        kept.merge(row.fault(), 1, Integer::sum);
        if (kept.get(row.fault()) < 4) {
          shown.append(show("KEPT " + row.fault(), row, read));
        }
      } else if (read instanceof ExamRow.Refused refused) {
        reasons.merge(row.fault() + " " + refused.code(), 1, Integer::sum);
      }
    }
    System.out.println("broken rows kept: " + kept + " of " + all);
    if (Boolean.getBoolean("paper.reasons")) {
      reasons.forEach((reason, count) -> System.out.println(reason + " " + count));
    }
    assertThat(kept).as(shown.toString()).isEmpty();
  }

  private static List<String> items(ExamRow.Kept kept) {
    return kept.items().stream().map(PaperQuestion::truth).toList();
  }

  private static String show(String what, PaperRow row, ExamRow read) {
    return "\n--- %s\n%s\n## answers\n%s\n## read\n%s\n## truth\n%s\n"
        .formatted(what, row.cells().options(), row.cells().answers(), read, row.truth());
  }
}
