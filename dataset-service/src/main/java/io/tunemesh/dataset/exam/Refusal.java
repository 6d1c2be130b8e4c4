package io.tunemesh.dataset.exam;

import java.util.Locale;

/** The kinds of fault for which a row is refused. */
public enum Refusal {
  EMPTY_CELL,
  ERROR_VALUE,
  HEADER_ROW,
  WRONG_COLUMN,
  CELL_TOO_LONG,
  NO_QUESTIONS,
  NO_STEM,
  UNNUMBERED_QUESTION,
  NUMBER_REPEATED,
  OPTION_MISSING,
  OPTION_REPEATED,
  OPTION_EMPTY,
  OPTION_EXTRA,
  OPTION_UNCLEAR,
  QUESTION_REPEATED,
  OPTIONS_AMBIGUOUS,
  ANSWER_MISSING,
  ANSWER_OUTSIDE,
  ANSWER_MULTIPLE,
  ANSWER_COUNT,
  ANSWER_CONFLICT,
  ANSWER_WITHOUT_QUESTION,
  ANSWERS_AMBIGUOUS;

  /** The name as it goes into data, such as {@code option-missing}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
