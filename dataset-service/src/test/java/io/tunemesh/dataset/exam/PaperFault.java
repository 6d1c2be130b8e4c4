package io.tunemesh.dataset.exam;

import java.util.List;
import java.util.Random;

/** What is wrong with a row; each fault leaves a row of which no reader can be certain. */
enum PaperFault {
  OPTION_LOST,
  OPTION_LOST_AND_RELETTERED,
  OPTION_ADDED,
  LETTER_TWICE,
  OPTION_INSERTED_TWICE,
  OPTION_INSERTED_OTHERWISE,
  OPTION_EMPTY,
  OPTION_EMPTY_BEFORE_INITIALS,
  OPTION_UNMARKED,
  OPTIONS_EQUAL,
  STEM_LOST,
  NUMBER_LOST,
  NUMBER_TWICE,
  HEAD_LOST,
  QUESTION_LOST,
  QUESTION_TWICE,
  OPTIONS_LOST,
  CUT_OFF,
  ANSWER_LOST,
  ANSWER_IN_WORDS,
  ANSWER_EXTRA,
  ANSWER_OUTSIDE,
  ANSWER_MULTIPLE,
  ANSWER_FOR_WORDS,
  ANSWERS_SHIFTED,
  CONCLUSION_OTHER,
  CELLS_EXCHANGED,
  TEXT_EXCHANGED,
  TEXT_EMPTY,
  OPTIONS_EMPTY,
  ANSWERS_EMPTY;

  /** Breaks the questions, or tells that they cannot be broken in this way. */
  boolean breakInto(List<PaperQuestion> questions, PaperWords words, Random random) {
    List<PaperQuestion> choices = questions.stream().filter(PaperQuestion::isChoice).toList();
    PaperQuestion one = choices.get(random.nextInt(choices.size()));
    PaperQuestion other = choices.get(random.nextInt(choices.size()));
    int at = random.nextInt(4);
    int next = (at + 1 + random.nextInt(3)) % 4;
    List<PaperQuestion.Part> parts = one.parts;
    switch (this) {
      case OPTION_LOST -> parts.remove(at);
      case OPTION_LOST_AND_RELETTERED -> {
        parts.remove(at);
        for (int i = 0; i < 3; i++) {
          parts.set(i, new PaperQuestion.Part("" + (char) ('A' + i), parts.get(i).text()));
        }
      }
      case OPTION_ADDED ->
          parts.add(new PaperQuestion.Part("E", other.stem.split("[\n（(【]")[0].strip()));
      case LETTER_TWICE ->
          parts.set(at, new PaperQuestion.Part(parts.get(next).letter(), parts.get(at).text()));
      case OPTION_INSERTED_TWICE ->
          parts.add(
              at + 1,
              new PaperQuestion.Part(parts.get(at).letter(), words.options(random).getFirst()));
      case OPTION_INSERTED_OTHERWISE -> {
        String mark = PaperWords.pick(random, "@．", "@. ", "(@)", "（@）", "@、", "@）", "【@】", "@ ．");
        String text = mark.replace("@", parts.get(at).letter()) + words.options(random).getFirst();
        parts.add(at + 1, new PaperQuestion.Part(null, text));
      }
      case OPTION_EMPTY -> parts.set(at, new PaperQuestion.Part(parts.get(at).letter(), ""));
      case OPTION_EMPTY_BEFORE_INITIALS -> {
        if (at == 3) {
          return false;
        }
        parts.set(at, new PaperQuestion.Part(parts.get(at).letter(), ""));
        String name =
            PaperWords.pick(
                random, "B. C. Stone.", "A. M. Smith", "D. H. Lawrence", "C. S. Lewis.");
        parts.set(at + 1, new PaperQuestion.Part(parts.get(at + 1).letter(), name));
      }
      case OPTION_UNMARKED -> parts.set(at, new PaperQuestion.Part(null, parts.get(at).text()));
      case OPTIONS_EQUAL ->
          parts.set(at, new PaperQuestion.Part(parts.get(at).letter(), parts.get(next).text()));
      case STEM_LOST -> one.stem = "";
      case NUMBER_LOST -> one.numbered = false;
      case NUMBER_TWICE -> {
        if (one == other) {
          return false;
        }
        one.number = other.number;
      }
      case HEAD_LOST -> {
        one.numbered = false;
        one.stem = "";
      }
      case QUESTION_LOST -> {
        if (choices.size() < 2) {
          return false;
        }
        one.asked = false;
      }
      case QUESTION_TWICE -> {
        PaperQuestion copy = one.copy();
        copy.answered = random.nextBoolean();
        if (random.nextBoolean()) {
          copy.number = questions.getLast().number + 1;
          copy.answered = true;
        }
        questions.add(
            copy.number == one.number ? questions.indexOf(one) + 1 : questions.size(), copy);
      }
      case OPTIONS_LOST -> parts.clear();
      case CUT_OFF -> {
        one.parts.subList(1 + random.nextInt(3), 4).clear();
        int from = questions.indexOf(one) + 1;
        questions.subList(from, questions.size()).forEach(question -> question.asked = false);
      }
      case ANSWER_LOST -> one.answered = false;
      case ANSWER_IN_WORDS -> {
        one.answer = null;
      }
      case ANSWER_EXTRA -> {
        PaperQuestion extra = one.copy();
        extra.number = questions.getLast().number + 1;
        extra.asked = false;
        questions.add(extra);
      }
      case ANSWER_OUTSIDE -> one.answer = PaperWords.pick(random, "E", "F", "G", "H");
      case ANSWER_MULTIPLE -> {
        int low = Math.min(at, next);
        one.answer = "" + (char) ('A' + low) + (char) ('A' + Math.max(at, next));
        one.concluded = one.answer;
      }
      case ANSWER_FOR_WORDS -> {
        PaperQuestion open =
            questions.stream().filter(question -> !question.isChoice()).findFirst().orElse(null);
        if (open == null) {
          return false;
        }
        open.answer = "" + (char) ('A' + at);
      }
      case ANSWERS_SHIFTED -> {
        int by = 1 + random.nextInt(20);
        for (PaperQuestion question : List.copyOf(questions)) {
          PaperQuestion shifted = question.copy();
          shifted.number += by;
          shifted.asked = false;
          question.answered = false;
          questions.add(shifted);
        }
      }
      case CELLS_EXCHANGED, TEXT_EXCHANGED, TEXT_EMPTY, OPTIONS_EMPTY, ANSWERS_EMPTY -> {}
      case CONCLUSION_OTHER ->
          one.concluded = "" + (char) ('A' + (one.answer.charAt(0) - 'A' + 1 + at % 3) % 4);
    }
    return true;
  }
}
