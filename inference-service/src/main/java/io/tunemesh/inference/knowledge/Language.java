package io.tunemesh.inference.knowledge;

import io.tunemesh.inference.text.Script;

/** By which models a text is understood. Text of both languages is understood by both. */
record Language(boolean chinese, boolean english) {

  private static final double SOME = 0.1;
  private static final double MOST = 0.5;

  static Language of(String text) {
    double cjk = Script.cjkShare(text);
    return new Language(cjk >= SOME, cjk < MOST);
  }
}
