package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A workbook row of a paper, as one of many people might have typed it.
 *
 * @param fault what is wrong with it, or null where it is a good row
 * @param truth the items that a good row holds
 */
record PaperRow(ExamCells cells, PaperFault fault, List<String> truth) {

  /** A good row; the same seed makes the same row. */
  static PaperRow good(long seed) {
    return of(new Random(seed), null);
  }

  /** A row with one fault; the same seed makes the same row. */
  static PaperRow broken(long seed) {
    var random = new Random(seed);
    PaperFault fault = PaperWords.pick(random, PaperFault.values());
    while (true) {
      PaperRow row = of(random, fault);
      if (row != null) {
        return row;
      }
    }
  }

  private static PaperRow of(Random random, PaperFault fault) {
    boolean chinese = random.nextBoolean();
    PaperWords words = chinese ? new PaperChinese() : new PaperEnglish();
    List<PaperQuestion> questions = questions(random, chinese, words);
    List<String> truth =
        questions.stream().filter(PaperQuestion::isChoice).map(PaperQuestion::truth).toList();
    if (fault != null && !fault.breakInto(questions, words, random)) {
      return null;
    }
    String text = words.passage(random);
    String options = new PaperHand(random, chinese, words).write(questions);
    boolean reasons = fault == PaperFault.CONCLUSION_OTHER;
    String answers = new PaperKey(random, chinese, words).write(questions, reasons);
    String empty = PaperWords.pick(random, "", " ", "　\n", "略", "-");
    var cells =
        switch (fault) {
          case CELLS_EXCHANGED -> new ExamCells(text, answers, options);
          case TEXT_EXCHANGED -> new ExamCells(options, text, answers);
          case TEXT_EMPTY -> new ExamCells(empty, options, answers);
          case OPTIONS_EMPTY -> new ExamCells(text, empty, answers);
          case ANSWERS_EMPTY -> new ExamCells(text, options, empty);
          case null, default -> new ExamCells(text, options, answers);
        };
    return new PaperRow(cells, fault, truth);
  }

  private static List<PaperQuestion> questions(Random random, boolean chinese, PaperWords words) {
    int number =
        chinese
            ? PaperWords.pick(random, 1, 1, 1, 1, 4, 6, 7, 10)
            : PaperWords.pick(random, 21, 21, 24, 25, 28, 32, 32, 36, 1, 56);
    int choices = chinese ? 1 + random.nextInt(4) : 2 + random.nextInt(4);
    int open = chinese ? random.nextInt(3) : random.nextInt(6) / 5;
    boolean between = random.nextInt(4) == 0;
    var questions = new ArrayList<PaperQuestion>();
    while (choices > 0 || open > 0) {
      boolean asksWords = open > 0 && (choices == 0 || between && random.nextInt(3) == 0);
      if (asksWords) {
        open--;
        questions.add(
            PaperQuestion.open(number++, words.openStem(random), words.openAnswer(random)));
      } else {
        choices--;
        char answer = (char) ('A' + random.nextInt(4));
        List<String> options = words.options(random);
        questions.add(PaperQuestion.choice(number++, words.stem(random), options, answer));
      }
    }
    return questions;
  }
}
