package io.tunemesh.inference.knowledge;

/**
 * A part of a document, of a size that models take.
 *
 * @param ordinal counts from 0 within its document
 */
record Chunk(int ordinal, String text, Place place) {

  /** What is searched: the headings say what the text is about. */
  String searched() {
    return searched(text, place);
  }

  static String searched(String text, Place place) {
    return place.heading() == null ? text : place.heading() + "\n" + text;
  }
}
