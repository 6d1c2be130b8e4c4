package io.tunemesh.dataset.exam;

import java.util.Locale;
import java.util.Set;

/** What a spreadsheet shows in a cell whose formula failed. */
public final class ErrorValues {

  private static final Set<String> ALL =
      Set.of(
          "#ref!",
          "#n/a",
          "#value!",
          "#name?",
          "#div/0!",
          "#null!",
          "#num!",
          "#spill!",
          "#calc!",
          "#getting_data",
          "#field!",
          "#blocked!",
          "#unknown!",
          "#connect!");

  private ErrorValues() {}

  /** Whether a cell's text is one of them and nothing else, in any case. */
  public static boolean isOne(String text) {
    return text.startsWith("#") && ALL.contains(text.toLowerCase(Locale.ROOT));
  }
}
