package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.exam.ExamReader.Road;
import java.util.List;

/** Reads rows by the short road and by the full one, and holds one against the other. */
final class Roads {
  private Roads() {}

  /** What both roads make of a row. */
  static ExamRow read(ExamCells cells) {
    ExamRow full = ExamReader.read(cells, Road.ALWAYS_FULL);
    assertThat(ExamReader.read(cells)).as(cells::toString).isEqualTo(full);
    return full;
  }

  /** True where the short road is taken for the questions and the answers of a row. */
  static boolean isShort(ExamCells cells) throws Refusing {
    Shadow options = Shadow.of(cells.options());
    Shadow answers = Shadow.of(cells.answers());
    List<Question> questions = OrdinaryQuestions.in(options);
    return questions != null && OrdinaryAnswers.in(answers, questions) != null;
  }
}
