package io.tunemesh.local.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The documents of the benchmark: 100,000, half of them Chinese and half English, of made-up words,
 * most short and a few long. A fifth are changed copies of an earlier one, each of another. Always
 * the same.
 */
final class DedupeDocuments {

  static final int COUNT = 100_000;

  private static final int WORDS = 8000;
  private static final int PIECE = 5;
  private static final int REMEMBERED = 2000;
  private static final double COPIES = 0.2;

  private final Random random = new Random(13);
  private final String[][] words = {words(true), words(false)};

  private record Document(boolean chinese, List<String> words) {}

  /**
   * Writes one document a line; gives for each copy the exact Jaccard similarity to its original.
   */
  static Map<Integer, Double> write(Path file) throws IOException {
    return new DedupeDocuments().all(file);
  }

  private Map<Integer, Double> all(Path file) throws IOException {
    Map<Integer, Double> copies = new HashMap<>();
    List<Document> originals = new ArrayList<>();
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
      for (int number = 0; number < COUNT; number++) {
        Document document;
        if (originals.size() == REMEMBERED && random.nextDouble() < COPIES) {
          Document original = originals.remove(random.nextInt(REMEMBERED));
          document = changed(original);
          copies.put(number, jaccard(pieces(original), pieces(document)));
        } else {
          document = invented();
          if (originals.size() < REMEMBERED) {
            originals.add(document);
          }
        }
        out.println(typed(document));
      }
    }
    return copies;
  }

  private Document invented() {
    boolean chinese = random.nextBoolean();
    int length = (int) (18 * Math.exp(0.9 * random.nextGaussian())) + 12;
    List<String> own = new ArrayList<>();
    for (int i = 0; i < Math.min(length * (chinese ? 3 : 2), 1500); i++) {
      own.add(word(chinese));
    }
    return new Document(chinese, own);
  }

  /** A copy with up to a tenth of its words exchanged. */
  private Document changed(Document original) {
    List<String> own = new ArrayList<>(original.words());
    double share = 0.1 * random.nextDouble();
    for (int i = 0; i < own.size(); i++) {
      if (random.nextDouble() < share) {
        own.set(i, word(original.chinese()));
      }
    }
    return new Document(original.chinese(), own);
  }

  private String word(boolean chinese) {
    return words[chinese ? 0 : 1][(int) (WORDS * Math.pow(random.nextDouble(), 2))];
  }

  private String[] words(boolean chinese) {
    String[] made = new String[WORDS];
    for (int i = 0; i < WORDS; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = chinese ? 1 + random.nextInt(3) : 2 + random.nextInt(8);
          length > 0;
          length--) {
        word.append((char) (chinese ? 0x4e00 + random.nextInt(5000) : 'a' + random.nextInt(26)));
      }
      made[i] = word.toString();
    }
    return made;
  }

  /** The words with the spaces, signs and capitals of their script. */
  private String typed(Document document) {
    StringBuilder text = new StringBuilder();
    boolean begins = true;
    for (String word : document.words()) {
      boolean ends = random.nextInt(9) == 0;
      if (document.chinese()) {
        text.append(word).append(ends ? "，" : "");
      } else {
        text.append(
            begins ? word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1) : word);
        text.append(ends ? ". " : " ");
      }
      begins = ends;
    }
    return text.toString();
  }

  private static Set<String> pieces(Document document) {
    String letters = String.join("", document.words());
    Set<String> pieces = new HashSet<>();
    for (int i = 0; i <= Math.max(0, letters.length() - PIECE); i++) {
      pieces.add(letters.substring(i, Math.min(i + PIECE, letters.length())));
    }
    return pieces;
  }

  private static double jaccard(Set<String> one, Set<String> other) {
    long both = one.stream().filter(other::contains).count();
    return (double) both / (one.size() + other.size() - both);
  }
}
