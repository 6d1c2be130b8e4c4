package io.tunemesh.dataset.exam;

/** The words after which a capital letter is a part of a name and begins no option. */
final class LetteredThings {
  /** Things that have a letter for a name, also where a line break tore it off: Plan / B. */
  private static final String TEARABLE =
      "vitamin plan group type class team building hepatitis section grade category room block"
          + " terminal model";

  static final WordEnds TORN = WordEnds.of(TEARABLE);

  /** Words such as vitamin or between. */
  static final WordEnds NAMED =
      WordEnds.of(
          TEARABLE
              + " part option choice answer point and or the a an both between mr mrs ms dr st gate"
              + " line version level side letter appendix table figure hall unit zone phase schedule"
              + " column hemisphere platform route subject person");

  /** Titles that are shortened with a point, such as mr. or prof. */
  static final WordEnds TITLES = WordEnds.of("mr mrs ms dr st prof sr no vs");

  private LetteredThings() {}
}
