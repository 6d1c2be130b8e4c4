package io.tunemesh.dataset.clean;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of repetition of the Gopher corpus (Rae et al., "Scaling Language Models", 2021,
 * arXiv:2112.11446, table A1): a text is refused when too much of it is the same lines, paragraphs
 * or runs of words. A character of a script that is written without spaces counts as a word.
 *
 * <p>The rules were made for pages. Here they look at each piece of an example by itself, so that
 * an answer may quote its question; at pieces of fifty words and more, which is the least that
 * Gopher takes for a page; and at lines that have a letter, so that code may close its brackets and
 * a table may rule its lines.
 */
final class Repetition {

  private static final int LEAST_WORDS = 50;
  private static final double LINES = 0.30;
  private static final double LINE_CHARACTERS = 0.20;
  private static final double[] COMMONEST = {0.20, 0.18, 0.16};
  private static final double[] REPEATED = {0.15, 0.14, 0.13, 0.12, 0.11, 0.10};

  private Repetition() {}

  /** What shows that a text repeats itself, for people; empty where nothing does. */
  static Optional<String> sign(String text) {
    Words words = Words.of(text);
    if (words.count() < LEAST_WORDS) {
      return Optional.empty();
    }
    return lines(text, "\n", "lines")
        .or(() -> lines(text, "\n\n", "paragraphs"))
        .or(() -> commonest(words))
        .or(() -> repeated(words));
  }

  private static Optional<String> lines(String text, String end, String what) {
    Set<String> seen = new HashSet<>();
    int count = 0;
    int again = 0;
    long characters = 0;
    long charactersAgain = 0;
    for (String line : text.split(end)) {
      String bare = line.strip();
      if (bare.codePoints().noneMatch(Character::isLetter)) {
        continue;
      }
      count++;
      characters += bare.length();
      if (!seen.add(bare)) {
        again++;
        charactersAgain += bare.length();
      }
    }
    if (again > LINES * count) {
      return Optional.of("%d of its %d %s repeat others".formatted(again, count, what));
    }
    return charactersAgain > LINE_CHARACTERS * characters
        ? Optional.of(
            "%d %% of its text are %s that repeat others"
                .formatted(100 * charactersAgain / characters, what))
        : Optional.empty();
  }

  /** One run of two to four words that is a large part of the text. */
  private static Optional<String> commonest(Words words) {
    for (int n = 2; n < 2 + COMMONEST.length; n++) {
      Map<Long, Integer> counts = new HashMap<>();
      long most = 0;
      int at = 0;
      for (int i = 0; i + n <= words.count(); i++) {
        int count = counts.merge(words.hash(i, n), 1, Integer::sum);
        long characters = (long) count * words.characters(i, n);
        if (count > 1 && characters > most) {
          most = characters;
          at = i;
        }
      }
      if (most > COMMONEST[n - 2] * words.characters()) {
        return Optional.of(
            "%d %% of its text are '%s'"
                .formatted(Math.min(100, 100 * most / words.characters()), words.text(at, n)));
      }
    }
    return Optional.empty();
  }

  /** Runs of five to ten words that were there before. */
  private static Optional<String> repeated(Words words) {
    for (int n = 5; n < 5 + REPEATED.length; n++) {
      Set<Long> seen = new HashSet<>();
      long again = 0;
      int first = -1;
      for (int i = 0; i + n <= words.count(); ) {
        if (seen.add(words.hash(i, n))) {
          i++;
          continue;
        }
        first = first < 0 ? i : first;
        again += words.characters(i, n);
        i += n;
      }
      if (again > REPEATED[n - 5] * words.characters()) {
        return Optional.of(
            "%d %% of its text were said before in it, as '%s'"
                .formatted(100 * again / words.characters(), words.text(first, n)));
      }
    }
    return Optional.empty();
  }

  /**
   * The words of a text.
   *
   * @param starts where each begins, and {@code ends} where it ends
   * @param sums of their hashes up to each, to tell the hash of a run
   * @param lengths of the words up to each, in characters
   */
  private record Words(
      String text, List<int[]> places, long[] sums, long[] powers, long[] lengths) {

    private static final long BASE = 0x9E3779B97F4A7C15L | 1;

    static Words of(String text) {
      List<int[]> places = places(text);
      int count = places.size();
      long[] sums = new long[count + 1];
      long[] powers = new long[count + 1];
      long[] lengths = new long[count + 1];
      powers[0] = 1;
      for (int i = 0; i < count; i++) {
        int[] place = places.get(i);
        long hash = 1;
        for (int at = place[0]; at < place[1]; at++) {
          hash = hash * 0x100000001B3L + Character.toLowerCase(text.charAt(at));
        }
        hash ^= hash >>> 29;
        sums[i + 1] = sums[i] * BASE + hash * 0xBF58476D1CE4E5B9L;
        powers[i + 1] = powers[i] * BASE;
        lengths[i + 1] = lengths[i] + place[1] - place[0];
      }
      return new Words(text, places, sums, powers, lengths);
    }

    private static List<int[]> places(String text) {
      List<int[]> places = new ArrayList<>();
      int start = -1;
      for (int i = 0; i <= text.length(); ) {
        int c = i == text.length() ? ' ' : text.codePointAt(i);
        int next = i + Character.charCount(c);
        boolean alone = isAlone(c);
        if (start >= 0 && (alone || !isWord(c))) {
          places.add(new int[] {start, i});
          start = -1;
        }
        if (alone) {
          places.add(new int[] {i, next});
        } else if (start < 0 && isWord(c)) {
          start = i;
        }
        i = next;
      }
      return places;
    }

    private static boolean isWord(int c) {
      return Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK;
    }

    private static boolean isAlone(int c) {
      if (c < 0xE00 || !Character.isLetter(c)) {
        return false;
      }
      return switch (Character.UnicodeScript.of(c)) {
        case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> true;
        default -> false;
      };
    }

    int count() {
      return places.size();
    }

    long characters() {
      return lengths[lengths.length - 1];
    }

    long characters(int from, int n) {
      return lengths[from + n] - lengths[from];
    }

    long hash(int from, int n) {
      return sums[from + n] - sums[from] * powers[n];
    }

    String text(int from, int n) {
      String said = text.substring(places.get(from)[0], places.get(from + n - 1)[1]);
      return said.length() > 60 ? said.substring(0, 60) + "…" : said;
    }
  }
}
