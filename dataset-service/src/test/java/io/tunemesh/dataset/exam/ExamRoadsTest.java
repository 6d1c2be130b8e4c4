package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The short road reads a row as the full one does. The noise tests hold every row of theirs to that
 * as well; here are rows that a slip of the hand changed, so that they are nearly ordinary.
 */
class ExamRoadsTest {
  private static final int ROWS = 1500;
  private static final String TYPED =
      "ABCDEabcd1234567890.．、：:,()（）【】 \n\t\u3000-～题第答案选项故分①Ⓐ⒈АＡ１甲。?_";

  @ParameterizedTest
  @EnumSource
  void agreeOnRowsWithASlip(Hand hand) {
    for (Language language : Language.values()) {
      for (int i = 0; i < ROWS; i++) {
        var random = new Random(i);
        DraftRow row = hand.invent(language, random);
        Typist typist = hand.typist(row, random);
        agree(new ExamCells(row.text, typist.options(row), typist.answers(row)), random);
      }
    }
  }

  @Test
  void agreeOnPapersWithASlip() {
    for (int i = 0; i < ROWS; i++) {
      agree(PaperRow.good(5_000_000 + i).cells(), new Random(i));
    }
  }

  @Test
  void takeTheShortOneWhereRowsAreOrdinary() throws Refusing {
    int taken = 0;
    for (int i = 0; i < ROWS; i++) {
      taken += Roads.isShort(PaperRow.good(6_000_000 + i).cells()) ? 1 : 0;
    }
    assertThat(taken).isGreaterThan(ROWS / 20);
  }

  private static void agree(ExamCells row, Random random) {
    Roads.read(row);
    Roads.read(new ExamCells(row.text(), slipped(row.options(), random), row.answers()));
    Roads.read(new ExamCells(row.text(), row.options(), slipped(row.answers(), random)));
    Roads.read(new ExamCells(slipped(row.text(), random), row.options(), row.answers()));
  }

  /** The cell with one to three characters typed over, put in or left out. */
  private static String slipped(String cell, Random random) {
    var slipped = new StringBuilder(cell);
    for (int i = 1 + random.nextInt(3); i > 0 && !slipped.isEmpty(); i--) {
      int at = random.nextInt(slipped.length());
      char typed = TYPED.charAt(random.nextInt(TYPED.length()));
      switch (random.nextInt(3)) {
        case 0 -> slipped.setCharAt(at, typed);
        case 1 -> slipped.insert(at, typed);
        default -> slipped.deleteCharAt(at);
      }
    }
    return slipped.toString();
  }
}
