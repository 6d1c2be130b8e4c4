package io.tunemesh.dataset.exam;

import static io.tunemesh.dataset.exam.PaperWords.pick;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** An English paper (英语), with the names and abbreviations that look like markers. */
final class PaperEnglish implements PaperWords {
  private static final Map<Character, String[]> WORDS =
      Map.of(
          'n',
          ("the museum|a local farm|Dr. Adams|A. M. Smith|the U.S. team|B. B. King|volunteers|Vitamin"
                  + " C|Plan B|J. K. Rowling|Mr. D. Lee|the coach|a Ph.D. student|NASA|Type A students")
              .split("\\|"),
          'v',
          ("to save water|to win respect|to help the old|to cut costs|to draw attention|to raise $2.5"
                  + " million|to leave at 9 a.m.|to move to Washington, D.C.")
              .split("\\|"),
          'a',
          "curious doubtful worried supportive indifferent grateful critical objective".split(" "),
          'w',
          "figure out|turn down|set aside|account for|give way|break new ground".split("\\|"));

  private static final String[] STEMS = {
    "What does the author mainly tell us about {n}?",
    "Why did {n} decide {v}?",
    "What does the underlined word “{w}” in Paragraph {k} probably mean?",
    "Which of the following is TRUE according to the text?",
    "What can we infer from Paragraphs {k} and {k}?",
    "In {y}, {d} million people followed {n} in order ____.",
    "The author's attitude towards {n} is ______.",
    "What is the best title for the text?",
    "How much did {n} spend in {y}?",
    "According to the passage, {n} managed {v} by _________.",
    "What does \"{w}\" in paragraph {k} refer to?",
    "Which can best describe {n} in the U.S.?",
    "When asked about Grade A food, what did {n} say?"
  };
  private static final String[] SCORES = {"", "", "", "", "(2分)", "(3 points)", "（2分）", "(   )"};
  private static final String[] CLAIMS = {
    "{n} wanted {v}.",
    "By asking {n} {v}.",
    "It took {n} {d} years.",
    "Because {n} was {a} about it.",
    "{n} had failed {v} in {y}.",
    "A way {v}.",
    "To {w} and then {w}.",
    "Both {n} and {n}.",
    "How {n} came {v}",
    "{n}: A New Hope",
    "He met {n} at 5 p.m. on May 3, {y}.",
    "About {d}% of the people, e.g. {n}.",
    "Option A costs less than {n}.",
    "A letter from {n}",
    "I was too {a} {v}."
  };
  private static final String[] OPEN = {
    "What do you think of {n}? Write about 50 words.",
    "Translate the underlined sentence in Paragraph {k} into Chinese.",
    "How would you help {n} {v}? (no more than 30 words)"
  };
  private static final String[] REPLIES = {
    "I think {n} did well because it helped {v}.",
    "In {y}, {n} tried {v}. It was {a}.",
    "(Possible answer) They should {w} first, and then {w}.",
    "答案不唯一，言之有理即可。"
  };
  private static final String[] WHY = {
    "{x} is wrong because Paragraph {k} says “{n} was {a}”.",
    "Option {x} is not mentioned.",
    "{x}项在第{k}段没有提到。",
    "根据第{k}段“In {y}, {n} decided {v}”可知，{x}项错误。",
    "The text says it took {d} years, so {x} is false.",
    "推理判断题。",
    "细节理解题。由Line {k}可知。"
  };

  @Override
  public String passage(Random random) {
    return PaperWords.fill(
        "In {y}, {n} began {v}.\nA. M. Smith, who is {a}, says it took {d} years. D.C. is far away.",
        WORDS,
        random);
  }

  @Override
  public String stem(Random random) {
    return capital(PaperWords.fill(pick(random, STEMS), WORDS, random)) + pick(random, SCORES);
  }

  @Override
  public String openStem(Random random) {
    return capital(PaperWords.fill(pick(random, OPEN), WORDS, random)) + pick(random, "", "（3分）");
  }

  @Override
  public String openAnswer(Random random) {
    return capital(PaperWords.fill(pick(random, REPLIES), WORDS, random));
  }

  @Override
  public List<String> options(Random random) {
    int kind = random.nextInt(8);
    var options = new LinkedHashSet<String>();
    while (options.size() < 4) {
      options.add(
          kind == 0
              ? capital(pick(random, WORDS.get('a'))) + "."
              : kind == 1
                  ? pick(random, WORDS.get('w'))
                  : kind == 2
                      ? PaperWords.fill("${d} million", WORDS, random)
                      : kind == 3
                          ? capital(pick(random, WORDS.get('v')))
                          : capital(PaperWords.fill(pick(random, CLAIMS), WORDS, random))
                              .replace("..", "."));
    }
    return new ArrayList<>(options);
  }

  @Override
  public String explanation(Random random, String right) {
    var out = new StringBuilder();
    for (char c = 'A'; c <= 'D'; c++) {
      if (!right.equals(String.valueOf(c)) && random.nextInt(3) == 0) {
        String why = pick(random, WHY).replace("{x}", String.valueOf(c));
        out.append(out.isEmpty() ? "" : " ").append(PaperWords.fill(why, WORDS, random));
      }
    }
    return out.isEmpty() ? "The underlying logic is in Paragraph 3." : out.toString();
  }

  @Override
  public String conclusion(Random random, String right) {
    return pick(random, "故选" + right + "。", "So the answer is " + right + ".", "故选" + right + "项。");
  }

  @Override
  public String heading(Random random, int first, int last) {
    return pick(
        random,
        "阅读下列短文，从每题所给的A、B、C、D四个选项中选出最佳选项。",
        "Read the passage and answer questions " + first + "-" + last + ".",
        "Passage B");
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
