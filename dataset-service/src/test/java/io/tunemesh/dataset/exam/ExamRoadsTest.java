package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

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

  @ParameterizedTest
  @MethodSource
  void takeTheShortOneBesideCertainText(ExamCells row) throws Refusing {
    assertThat(Roads.isShort(row)).isTrue();
    assertThat(Roads.read(row)).isInstanceOf(ExamRow.Kept.class);
    for (int seed = 0; seed < ROWS; seed++) {
      agree(row, new Random(seed));
    }
  }

  static Stream<ExamCells> takeTheShortOneBesideCertainText() {
    String english = "The club met in the old hall and wrote down what it had learned that year.";
    String chinese = "这个村庄用了三年时间把旧屋改成了书屋，邻居之间的来往也多了起来。";
    String named = "3. What is its title?\nA. The yard\tB. A Better Choice\tC. The club\tD. Old";
    String among = "3. Which is it?\nA. Tea\nB. One with vitamin B: milk\nC. Water\nD. Soup";
    String opening = "3. What is it?\nA.\tA note\nB.\tThe hall\nC.\tA club\nD.\tA year";
    String counted = "1．理解正确的一项是（3分）\nA．书屋\nB．旧屋\nC．三年\nD．邻居\n2．概括做法的3.5个以上要点。";
    return Stream.of(
        new ExamCells(english, named, "3. B"),
        new ExamCells(english, among, "3. B"),
        new ExamCells(english, opening, "3. B"),
        new ExamCells(chinese, counted, "1．A"));
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
