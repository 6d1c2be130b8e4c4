package io.tunemesh.dataset.exam;

import java.util.Random;

/** The words of an examination paper in one language. */
interface PaperWords {
  String passage(Random random);

  /** A question that asks for one of its options. */
  String stem(Random random);

  /** A question that asks for words. */
  String openStem(Random random);

  /** What answers a question in words, in points. */
  String openAnswer(Random random);

  /** Four options of one kind that differ. */
  java.util.List<String> options(Random random);

  /** Why a letter is right; it may speak of the other options, of paragraphs and of years. */
  String explanation(Random random, String right);

  /** A sentence that says which letter is right. */
  String conclusion(Random random, String right);

  /** A heading over questions, which belongs to none of them. */
  String heading(Random random, int first, int last);

  /** Replaces each {x} by a word of that kind. */
  static String fill(String template, java.util.Map<Character, String[]> words, Random random) {
    var out = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      if (c != '{') {
        out.append(c);
        continue;
      }
      char kind = template.charAt(i + 1);
      i += 2;
      out.append(
          switch (kind) {
            case 'y' -> String.valueOf(1949 + random.nextInt(76));
            case 'k' -> String.valueOf(1 + random.nextInt(7));
            case 'd' -> (1 + random.nextInt(9)) + "." + (1 + random.nextInt(9));
            default -> pick(random, words.get(kind));
          });
    }
    return out.toString();
  }

  @SafeVarargs
  static <T> T pick(Random random, T... of) {
    return of[random.nextInt(of.length)];
  }
}
