package io.tunemesh.dataset.exam;

import static io.tunemesh.dataset.exam.Phrases.pick;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;

/** English questions with initials, decimals, years and single capitals in them. */
final class EnglishPhrases implements Phrases {
  private static final List<String> STEMS =
      List.of(
          "What does the author mainly argue in the passage?",
          "What can we learn about Mr. D. H. Carver from Paragraph 3?",
          "Which of the following is TRUE about Washington, D.C.?",
          "The underlined word \"it\" in Paragraph 2 refers to ______.",
          "According to the text, the reader would most probably:",
          "Why did 3.5 million people move to the coast in 2019?",
          "What is the best title for the text?",
          "How does the writer feel about Plan B?",
          "In the U.S.A. the number rose to 1. 2 million because ____.",
          "The following are mentioned in the text EXCEPT",
          "What do the words “a far cry” in the last paragraph mean?",
          "By saying \"I was all ears\", the boy meant that he",
          "What is Paragraph 4 mainly about?",
          "It can be inferred from the passage that vitamin C is",
          "Where is the text most likely from?");
  private static final List<String> SHORT_OPTIONS =
      List.of(
          "Curious.",
          "Doubtful.",
          "Grateful.",
          "A diary.",
          "A guidebook.",
          "A Type B person.",
          "In 1998.",
          "Vitamin C.",
          "Plan B.",
          "D. H. Carver.",
          "B. C. Stone.",
          "A. Smith.",
          "At 5 p.m.",
          "U.S.A.",
          "By 3.5 percent.",
          "C. S. Brook.",
          "20 dollars",
          "Washington, D.C.",
          "Group A.",
          "DNA.",
          "A",
          "Tolerant",
          "Objective",
          "4.",
          "1,200.");
  private static final List<String> STARTS =
      List.of(
          "To show",
          "The writer explains",
          "It depends on",
          "A number of people like",
          "By describing",
          "Because of",
          "People seldom notice",
          "He was afraid of",
          "They were tired of",
          "Be ready for",
          "Comparing",
          "Doing away with",
          "Children need",
          "Dr. Adams denied",
          "Calling for");
  private static final List<String> MIDDLES =
      List.of(
          "the growth of",
          "a change in",
          "the price of",
          "how we see",
          "the meaning of",
          "vitamin C in",
          "two types of",
          "the danger in",
          "an early form of",
          "Plan B and",
          "what becomes of",
          "the value of",
          "3.5 percent of",
          "good memories of");
  private static final List<String> ENDS =
      List.of(
          "city parks",
          "old bridges",
          "the 2008 survey",
          "wild birds",
          "a U.S. company",
          "our DNA",
          "school lunches",
          "Building C",
          "modern art",
          "the local people",
          "language learning",
          "Washington, D.C.",
          "life in the 1990s",
          "an A student",
          "space travel",
          "slow travel, i.e. by train",
          "the X and Y groups");
  private static final List<String> SHORT =
      List.of(
          "What would you do if you were the writer? Give your reasons.",
          "Why does the writer mention A. Smith? (no more than 15 words)",
          "Please list 2 reasons given in Paragraph 5.",
          "Translate the underlined sentence into Chinese.");
  private static final List<String> SHORT_ANSWERS =
      List.of(
          "Because A. Smith was the first to try it.",
          "I would stay, as Plan B is safer.",
          "(1) It is cheap. (2) It is quick.",
          "A balanced life is what 3 in 4 people want.",
          "Open answer.");

  @Override
  public String passage(Random random) {
    var out = new StringBuilder();
    for (int i = 0; i < 4 + random.nextInt(4); i++) {
      out.append(pick(random, STARTS))
          .append(' ')
          .append(pick(random, MIDDLES))
          .append(' ')
          .append(pick(random, ENDS))
          .append(". ");
    }
    return out.toString().strip();
  }

  @Override
  public String stem(Random random) {
    return pick(random, STEMS);
  }

  @Override
  public List<String> options(Random random) {
    var options = new LinkedHashSet<String>();
    int kind = random.nextInt(5);
    String stop = random.nextBoolean() ? "." : "";
    while (options.size() < 4) {
      options.add(
          kind == 0
              ? pick(random, SHORT_OPTIONS)
              : pick(random, STARTS)
                  + " "
                  + pick(random, MIDDLES)
                  + " "
                  + pick(random, ENDS)
                  + stop);
    }
    return new ArrayList<>(options);
  }

  @Override
  public String shortStem(Random random) {
    return pick(random, SHORT);
  }

  @Override
  public String shortAnswer(Random random) {
    return pick(random, SHORT_ANSWERS);
  }

  @Override
  public String explanation(Random random, char answer) {
    char other = (char) ('A' + (answer - 'A' + 1 + random.nextInt(3)) % 4);
    return pick(
        random,
        List.of(
            "The underlying logic is in Paragraph 3. "
                + other
                + " is wrong because 2019 is not mentioned.",
            "细节理解题。根据第3段“It rose by 3.5 percent”可知，故选" + answer + "项。",
            "Detail question. See Paragraph 2, Line 4. A is too general and "
                + other
                + " is not mentioned.",
            "推理判断题。由最后一段可知，" + other + "项与原文不符。",
            "According to the last paragraph, Plan B failed in 1998. So the answer is "
                + answer
                + ".",
            "A famous writer would not say so in paragraph 4. C. and D. are not true.",
            "In Washington, D.C. about 1.2 million people agree."));
  }
}
