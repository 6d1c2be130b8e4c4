package io.tunemesh.ingest.workbook;

/** Joins the pieces of a text, which nearly always is a single one. */
final class Pieces {

  private final int max;
  private final StringBuilder joined = new StringBuilder();
  private String only = "";

  /**
   * @param max characters of the whole
   */
  Pieces(int max) {
    this.max = max;
  }

  /** Forgets all. */
  void clear() {
    only = "";
    joined.setLength(0);
  }

  /** Adds the piece at which {@code xml} is; false if the whole became too long. */
  boolean add(PartXml xml) {
    int length = only.length() + joined.length() + xml.length();
    if (length > max) {
      return false;
    }
    if (joined.isEmpty() && only.isEmpty()) {
      only = xml.text();
    } else {
      joined.append(only).append(xml.text());
      only = "";
    }
    return true;
  }

  /** The whole. */
  String text() {
    return joined.isEmpty() ? only : joined.toString();
  }
}
