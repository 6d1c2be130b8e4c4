package io.tunemesh.dataset.exam;

import java.util.Set;

/** The words after which a number counts or names something and begins no question or answer. */
final class CountedThings {
  private static final Set<String> NAMED =
      Set.of(
          ("paragraph paragraphs para paras line lines page chapter figure table section part unit"
                  + " grade no number step day level lesson volume version type room stage sentence"
                  + " option passage text")
              .split(" "));
  private static final Set<String> JOINING =
      Set.of("about over in of to at than and or by for the only nearly from under".split(" "));
  private static final Set<String> SHORTENED =
      Set.of("no", "para", "paras", "fig", "vol", "ch", "p", "pp");

  private CountedThings() {}

  /** True for a word such as paragraph or about, in lower case. */
  static boolean isCounted(String word) {
    return NAMED.contains(word) || JOINING.contains(word);
  }

  /** True for a word that is shortened with a point before its number, such as no. or fig. */
  static boolean isShortened(String word) {
    return SHORTENED.contains(word);
  }
}
