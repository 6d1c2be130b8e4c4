package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;

/** A row that is known to be whole: what the reader has to find again under a typist's noise. */
final class DraftRow {
  final Language language;
  final String text;
  final List<DraftQuestion> questions;

  DraftRow(Language language, String text, List<DraftQuestion> questions) {
    this.language = language;
    this.text = text;
    this.questions = questions;
  }

  static DraftRow invent(Language language, Random random) {
    Phrases phrases = language == Language.ZH ? new ChinesePhrases() : new EnglishPhrases();
    int first = language == Language.ZH && random.nextInt(3) > 0 ? 1 : 1 + random.nextInt(60);
    int choices = random.nextInt(10) == 0 ? 1 : 2 + random.nextInt(4);
    int words = random.nextInt(language == Language.ZH ? 3 : 8) == 0 ? 0 : random.nextInt(3);
    if (language == Language.EN && random.nextInt(3) > 0) {
      words = 0;
    }
    boolean mixed = random.nextInt(4) == 0;
    var kinds = new ArrayList<Boolean>();
    for (int i = 0; i < choices; i++) {
      kinds.add(true);
    }
    for (int i = 0; i < words; i++) {
      kinds.add(mixed ? random.nextInt(kinds.size() + 1) : kinds.size(), false);
    }
    var questions = new ArrayList<DraftQuestion>();
    var seen = new HashSet<String>();
    for (int i = 0; i < kinds.size(); i++) {
      String stem = phrases.stem(random);
      while (!seen.add(stem)) {
        stem = phrases.stem(random);
      }
      questions.add(
          kinds.get(i)
              ? DraftQuestion.choice(
                  first + i, stem, phrases.options(random), (char) ('A' + random.nextInt(4)))
              : DraftQuestion.words(
                  first + i, phrases.shortStem(random), phrases.shortAnswer(random)));
    }
    return new DraftRow(language, phrases.passage(random), questions);
  }

  List<Item> truth() {
    var items = new ArrayList<Item>();
    for (DraftQuestion question : questions) {
      if (question.choice) {
        var options = new LinkedHashMap<String, String>();
        question.options.forEach(o -> options.put(String.valueOf(o.letter()), o.text()));
        items.add(new Item(question.number, question.stem, options, question.answer.charAt(0)));
      }
    }
    return items;
  }

  List<DraftQuestion> choices() {
    return questions.stream().filter(q -> q.choice).toList();
  }
}
