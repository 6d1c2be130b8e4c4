package io.tunemesh.dataset.exam;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Types invented rows, reads them back, and counts what came out by kind of row. */
final class NoiseRun {
  record Miss(String kind, long seed, ExamCells cells, String got) {}

  private final Map<String, int[]> counts = new TreeMap<>();
  private final List<Miss> refusedGood = new ArrayList<>();
  private final List<Miss> keptWrong = new ArrayList<>();
  private final List<Miss> keptBroken = new ArrayList<>();
  private final Map<Language, int[]> right = new TreeMap<>();

  void good(Hand hand, Language language, long seed) {
    var random = new Random(seed);
    DraftRow row = hand.invent(language, random);
    Typist typist = hand.typist(row, random);
    List<Item> truth = row.truth();
    var cells = new ExamCells(row.text, typist.options(row), typist.answers(row));
    judge(hand + " " + typist.shape(), language, seed, row, truth, cells);
  }

  private void judge(
      String kind, Language language, long seed, DraftRow row, List<Item> truth, ExamCells cells) {
    String name = kind + " " + language.code();
    switch (Roads.read(cells)) {
      case ExamRow.Kept kept
          when same(kept.items(), truth)
              && kept.language() == language
              && kept.leftOut().size() == row.questions.size() - truth.size() ->
          count(name, language, 0);
      case ExamRow.Kept kept -> {
        keptWrong.add(
            new Miss(name, seed, cells, kept.items() + " " + kept.leftOut() + "\n  want " + truth));
        count(name, language, 2);
      }
      case ExamRow.Refused refused -> {
        refusedGood.add(new Miss(name, seed, cells, refused.toString()));
        count(name, language, 1);
      }
    }
  }

  void broken(Breakage breakage, Hand hand, Language language, long seed) {
    var random = new Random(seed);
    DraftRow row = hand.invent(language, random);
    if (!breakage.apply(row, random)) {
      return;
    }
    Typist typist = hand.typist(row, random);
    String options = typist.options(row);
    String answers = typist.answers(row);
    if (breakage == Breakage.ANSWERS_OF_ANOTHER_ROW) {
      if (typist.shape().startsWith("AUTO_NUMBERED")) {
        return;
      }
      row.questions.forEach(q -> q.number += 40);
      answers = list(row);
    }
    String name = "broken %s %s %s".formatted(breakage, hand, language.code());
    ExamCells cells =
        switch (breakage) {
          case CELLS_EXCHANGED -> new ExamCells(row.text, answers, options);
          case CELL_EMPTY ->
              random.nextBoolean()
                  ? new ExamCells(row.text, options, " ")
                  : new ExamCells(row.text, "\u3000", answers);
          default -> new ExamCells(row.text, options, answers);
        };
    if (Roads.read(cells) instanceof ExamRow.Kept kept) {
      keptBroken.add(new Miss(name, seed, cells, kept.items().toString()));
      counts.computeIfAbsent(name, k -> new int[3])[2]++;
    } else {
      counts.computeIfAbsent(name, k -> new int[3])[0]++;
    }
  }

  private static String list(DraftRow row) {
    var out = new StringBuilder();
    row.questions.forEach(q -> out.append(q.number).append(". ").append(q.answer).append("  "));
    return out.toString();
  }

  static boolean same(List<Item> got, List<Item> want) {
    if (got.size() != want.size()) {
      return false;
    }
    for (int i = 0; i < got.size(); i++) {
      Item a = got.get(i);
      Item b = want.get(i);
      boolean equal =
          a.number() == b.number()
              && a.answer() == b.answer()
              && squeeze(a.stem()).equals(squeeze(b.stem()));
      for (String letter : b.options().keySet()) {
        equal &= squeeze(a.options().get(letter)).equals(squeeze(b.options().get(letter)));
      }
      if (!equal) {
        return false;
      }
    }
    return true;
  }

  /** Width and spaces beside characters that are no Latin letters do not count. */
  private static String squeeze(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .replaceAll("[\\s\\u200b]+", " ")
        .strip()
        .replaceFirst("^\\(3分\\)", "")
        .replaceAll("(?<=[^\\x00-\\xff]) | (?=[^\\x00-\\xff])|(?<=\\() (?=\\))", "");
  }

  private void count(String name, Language language, int outcome) {
    counts.computeIfAbsent(name, k -> new int[3])[outcome]++;
    right.computeIfAbsent(language, k -> new int[3])[outcome]++;
  }

  /** Good rows that were read wrong. */
  List<Miss> keptWrong() {
    return keptWrong;
  }

  /** Broken rows that were not refused. */
  List<Miss> keptBroken() {
    return keptBroken;
  }

  /** Good rows that were refused. */
  List<Miss> refusedGood() {
    return refusedGood;
  }

  int rows(Language language) {
    return Arrays.stream(right.get(language)).sum();
  }

  double rightShare(Language language) {
    int[] c = right.get(language);
    return (double) c[0] / (c[0] + c[1] + c[2]);
  }

  /** Right, refused though good, and kept though wrong, for each kind of row. */
  String report() {
    var out =
        new StringBuilder("%-44s %7s %7s %7s%n".formatted("kind", "right", "refused", "wrong"));
    counts.forEach((k, c) -> out.append("%-44s %7d %7d %7d%n".formatted(k, c[0], c[1], c[2])));
    right.forEach(
        (k, c) -> out.append("%s right %.3f %%%n".formatted(k.code(), 100 * rightShare(k))));
    return out.toString();
  }
}
