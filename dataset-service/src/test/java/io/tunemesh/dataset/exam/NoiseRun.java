package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;

/** Types invented rows, reads them back, and counts what came out by kind of row. */
final class NoiseRun {
  record Miss(String kind, long seed, ExamCells cells, String got) {}

  private final Map<String, int[]> counts = new TreeMap<>();
  private final List<Miss> refusedGood = new ArrayList<>();
  private final List<Miss> keptWrong = new ArrayList<>();
  private final Map<Language, int[]> right = new TreeMap<>();

  void good(String kind, Language language, long seed, Function<Random, Typist> typist) {
    var random = new Random(seed);
    DraftRow row = DraftRow.invent(language, random);
    List<Item> truth = row.truth();
    Typist hand = typist.apply(random);
    var cells = new ExamCells(row.text, hand.options(row), hand.answers(row));
    String name = kind + " " + language.code();
    switch (ExamReader.read(cells)) {
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

  void broken(
      Breakage breakage,
      String kind,
      Language language,
      long seed,
      Function<Random, Typist> typist) {
    var random = new Random(seed);
    DraftRow row = DraftRow.invent(language, random);
    if (!breakage.apply(row, random)) {
      return;
    }
    Typist hand = typist.apply(random);
    DraftRow answersOf = row;
    if (breakage == Breakage.ANSWERS_OF_ANOTHER_ROW) {
      var others = new ArrayList<>(row.questions);
      others.forEach(q -> q.number += 100);
      String options = hand.options(row);
      others.forEach(q -> q.number -= 60);
      answersOf = new DraftRow(language, row.text, others);
      read(breakage, kind, language, seed, new ExamCells(row.text, options, list(answersOf)));
      return;
    }
    read(
        breakage,
        kind,
        language,
        seed,
        new ExamCells(row.text, hand.options(row), hand.answers(answersOf)));
  }

  private static String list(DraftRow row) {
    var out = new StringBuilder();
    row.questions.forEach(q -> out.append(q.number).append(". ").append(q.answer).append("  "));
    return out.toString();
  }

  private void read(Breakage breakage, String kind, Language language, long seed, ExamCells cells) {
    String name = "broken " + breakage + " " + kind + " " + language.code();
    if (ExamReader.read(cells) instanceof ExamRow.Kept kept) {
      keptWrong.add(new Miss(name, seed, cells, kept.items().toString()));
      count(name, language, 2);
    } else {
      count(name, language, 0);
    }
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

  /** Spaces between Latin words count as one, spaces beside Chinese characters do not count. */
  private static String squeeze(String text) {
    return text.strip()
        .replaceFirst("^（3分）", "")
        .replaceAll("[\\s\\u00a0\\u3000]+", " ")
        .replaceAll("(?<=[\\u2e80-\\uffff]) | (?=[\\u2e80-\\uffff])|(?<=\\() (?=\\))", "");
  }

  private void count(String name, Language language, int outcome) {
    counts.computeIfAbsent(name, k -> new int[3])[outcome]++;
    right.computeIfAbsent(language, k -> new int[3])[outcome]++;
  }

  int keptWrong() {
    return keptWrong.size();
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

  List<Miss> misses(boolean wrong) {
    return wrong ? keptWrong : refusedGood;
  }
}
