package io.tunemesh.dataset.recipe;

/** Values in the words of a reason. */
public final class Shown {

  private static final int LONGEST = 40;

  private Shown() {}

  /** A value short enough for a sentence, cut between two characters. */
  public static String of(String value) {
    if (value.length() <= LONGEST) {
      return value;
    }
    int end = Character.isLowSurrogate(value.charAt(LONGEST)) ? LONGEST - 1 : LONGEST;
    return value.substring(0, end) + "…";
  }
}
