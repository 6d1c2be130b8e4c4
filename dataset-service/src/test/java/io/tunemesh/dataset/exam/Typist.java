package io.tunemesh.dataset.exam;

/** Someone who types a row's questions and answers into two cells. */
interface Typist {
  String options(DraftRow row);

  String answers(DraftRow row);

  /** The typing habit of this row, for counting; empty when the typist has only one. */
  default String shape() {
    return "";
  }
}
