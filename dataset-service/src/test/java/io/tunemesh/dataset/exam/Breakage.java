package io.tunemesh.dataset.exam;

import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;

/** Ways to break a whole row so that it must be refused. */
enum Breakage {
  OPTION_GONE(
      (row, random) -> {
        DraftQuestion q = any(row, random);
        q.options.remove(random.nextInt(4));
        return true;
      }),
  TWO_OPTIONS_GONE(
      (row, random) -> {
        DraftQuestion q = any(row, random);
        q.options.remove(random.nextInt(4));
        q.options.remove(random.nextInt(3));
        return true;
      }),
  OPTION_EMPTY(
      (row, random) -> {
        DraftQuestion q = any(row, random);
        int at = random.nextInt(4);
        q.options.set(at, new DraftQuestion.Option((char) ('A' + at), ""));
        return true;
      }),
  LETTER_TWICE(
      (row, random) -> {
        DraftQuestion q = any(row, random);
        int at = 1 + random.nextInt(3);
        q.options.set(
            at, new DraftQuestion.Option((char) ('A' + at - 1), q.options.get(at).text()));
        return true;
      }),
  OPTION_TYPED_TWICE(
      (row, random) -> {
        DraftQuestion q = any(row, random);
        int at = random.nextInt(4);
        q.options.add(
            at, new DraftQuestion.Option((char) ('A' + at), q.options.get((at + 1) % 4).text()));
        return true;
      }),
  FIFTH_OPTION(
      (row, random) -> {
        any(row, random)
            .options
            .add(
                new DraftQuestion.Option(
                    'E', row.language == Language.ZH ? "以上各项都不对。" : "None of these."));
        return true;
      }),
  ALL_OPTIONS_GONE(
      (row, random) -> {
        any(row, random).options.clear();
        return true;
      }),
  STEM_GONE(
      (row, random) -> {
        any(row, random).stem = "";
        return true;
      }),
  ANSWER_GONE(
      (row, random) -> {
        any(row, random).answered = false;
        return true;
      }),
  ANSWER_OUTSIDE(
      (row, random) -> {
        any(row, random).answer = random.nextBoolean() ? "E" : "F";
        return true;
      }),
  TWO_ANSWERS(
      (row, random) -> {
        any(row, random).answer = Phrases.pick(random, List.of("AC", "BD", "ABD", "CD"));
        return true;
      }),
  NUMBER_TWICE(
      (row, random) -> {
        if (row.questions.size() < 2) {
          return false;
        }
        int at = 1 + random.nextInt(row.questions.size() - 1);
        row.questions.get(at).number = row.questions.get(at - 1).number;
        return true;
      }),
  NUMBER_GONE(
      (row, random) -> {
        any(row, random).number = null;
        return true;
      }),
  ANSWERS_OF_ANOTHER_ROW((row, random) -> true),
  CELLS_EXCHANGED((row, random) -> true),
  CELL_EMPTY((row, random) -> true),
  QUESTION_TWICE(
      (row, random) -> {
        DraftQuestion q = any(row, random);
        row.questions.add(row.questions.indexOf(q), q);
        return true;
      });

  private final BiFunction<DraftRow, Random, Boolean> change;

  Breakage(BiFunction<DraftRow, Random, Boolean> change) {
    this.change = change;
  }

  /** Breaks the row in place; false when this row cannot be broken in this way. */
  boolean apply(DraftRow row, Random random) {
    return change.apply(row, random);
  }

  private static DraftQuestion any(DraftRow row, Random random) {
    return Phrases.pick(random, row.choices());
  }
}
