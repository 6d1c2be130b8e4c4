package io.tunemesh.contract.plan;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody meant who wrote another. */
public final class Spelling {

  private static final int FURTHEST = 2;

  private Spelling() {}

  /** What to say of a name that is none of {@code known}, the fields of {@code owner}. */
  public static String noField(String written, String owner, Collection<String> known) {
    return "is no field of "
        + owner
        + nearest(written, known)
            .map(right -> "; did you mean " + right + "?")
            .orElse("; its fields are " + String.join(", ", known));
  }

  /**
   * The nearest of {@code known}: equal but for letter case and separators, or at most two typing
   * errors away, or longer or shorter by whole words ({@code epochs} for {@code num_train_epochs}).
   */
  static Optional<String> nearest(String written, Collection<String> known) {
    String plain = plain(written);
    return known.stream()
        .filter(name -> distance(plain, plain(name)) <= furthest(plain) || wordsOf(name, written))
        .min(Comparator.comparingInt(name -> distance(plain, plain(name))));
  }

  private static int furthest(String plain) {
    return Math.min(FURTHEST, plain.length() / 2);
  }

  private static boolean wordsOf(String name, String written) {
    String a = "_" + name + "_";
    String b = "_" + written.toLowerCase(Locale.ROOT).replace('-', '_') + "_";
    return a.contains(b) || b.contains(a);
  }

  private static String plain(String name) {
    return name.replaceAll("[_\\- ]", "").toLowerCase(Locale.ROOT);
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
