package io.tunemesh.dataset.exam;

/** The words after which a number counts or names something and begins no question or answer. */
final class CountedThings {
  /** Words such as paragraph or about. */
  static final WordEnds COUNTED =
      WordEnds.of(
          "paragraph paragraphs para paras line lines page chapter figure table section part unit"
              + " grade no number step day level lesson volume version type room stage sentence"
              + " option passage text about over in of to at than and or by for the only nearly from"
              + " under");

  /** Words that are shortened with a point before their number, such as no. or fig. */
  static final WordEnds SHORTENED = WordEnds.of("no para paras fig vol ch p pp");

  private CountedThings() {}
}
