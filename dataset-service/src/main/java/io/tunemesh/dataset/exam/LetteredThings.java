package io.tunemesh.dataset.exam;

import java.util.Set;

/** The words after which a capital letter is a part of a name and begins no option. */
final class LetteredThings {
  /** Things that have a letter for a name, also where a line break tore it off: Plan / B. */
  private static final Set<String> THINGS =
      Set.of(
          ("vitamin plan group type class team building hepatitis section grade category room block"
                  + " terminal model")
              .split(" "));

  private static final Set<String> OTHERS =
      Set.of(
          ("part option choice answer point and or the a an both between mr mrs ms dr st gate line"
                  + " version level side letter appendix table figure hall unit zone phase schedule"
                  + " column hemisphere platform route subject person")
              .split(" "));
  private static final Set<String> TITLES =
      Set.of("mr", "mrs", "ms", "dr", "st", "prof", "sr", "no", "vs");

  private LetteredThings() {}

  /** True for a word such as vitamin or between, in lower case. */
  static boolean isNamedByLetter(String word) {
    return THINGS.contains(word) || OTHERS.contains(word);
  }

  /** True for a word whose letter may stand on the next line. */
  static boolean isTornFromLetter(String word) {
    return THINGS.contains(word);
  }

  /** True for a title that is shortened with a point, such as mr. or prof. */
  static boolean isTitle(String word) {
    return TITLES.contains(word);
  }
}
