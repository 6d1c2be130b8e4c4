package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Words of English reading papers, with the initials, times and grades that mislead. */
final class ThirdEnglish implements Phrases {
  private static final List<String> STEMS =
      List.of(
          "What can we learn about Vitamin C from Paragraph 2?",
          "Why did the author move to Washington, D.C. in 1998?",
          "According to Dr. Smith, what happened at 8 a.m. on May 3?",
          "The underlined word “it” in Paragraph 3 refers to ____.",
          "What does the underlined phrase \"Plan B\" in Para. 4 mean?",
          "How much did the U.S. government spend on the $3.5 million project by 2010?",
          "Which of the following is TRUE about hepatitis A?",
          "What is the author's attitude toward A.I.?",
          "What would be the best title for the text?",
          "If you visit the museum at 5:30 p.m. on Sunday, you will _______.",
          "Who can take part in the course for Grade 11 students (aged 16-18)?",
          "Mr. J. R. Brown wrote the book mainly to ______",
          "What do the figures 1, 2 and 3 suggest?",
          "What does the author mean by saying “There is no Planet B”?",
          "In which section of a newspaper, e.g. The New York Times, may this text appear?",
          "Why are the 1990s mentioned in the last but one paragraph?",
          "It can be inferred from the passage that No. 10 Downing Street...",
          "What made Ph.D. students give up the No. 1 choice – working for the company?",
          "Which word best describes Mrs. White as a teacher?",
          "We know from the text that C. S. Lewis _____ when he was 32.");

  private static final List<List<String>> OPTIONS =
      List.of(
          List.of("Vitamin C.", "Vitamin D.", "Vitamin A.", "Plan B.", "Type A blood.", "Grade D."),
          List.of("At 8 a.m.", "At 9:30 a.m.", "At 5 p.m.", "At 12.", "At noon."),
          List.of("$3.5.", "$12.", "$45.99.", "$1,000.", "$2.4 million."),
          List.of("In 1998.", "In 2001.", "In the 1960s.", "In 1945.", "In May, 2010."),
          List.of("Doubtful", "Supportive", "Indifferent", "Critical", "Objective", "Ambiguous"),
          List.of(
              "A doctor from Washington, D.C.",
              "A friend of J. K. Rowling.",
              "A man called A. J. Cronin.",
              "The president of the U.S.",
              "B. B. King and his band.",
              "An officer in the U.K. army."),
          List.of(
              "He wanted to get a B.A. degree at a small college in the U.S.",
              "A good education costs more than it did in 1998.",
              "The students who got an A were not always the best ones.",
              "By 2030, about 3.5 million people will have lost their jobs.",
              "It is difficult to tell a C from a D in the old report cards.",
              "They decided to take Plan B because the weather was bad.",
              "Dr. Lee disagreed with what Mr. A said in the interview."),
          List.of(
              "to draw readers' attention to the topic",
              "to show the importance of learning from mistakes",
              "to explain why Vitamin C matters",
              "to compare group A with group B",
              "to provide an example, e.g. the case in 2003"),
          List.of(
              "A New Way to Live Longer",
              "Dogs: Man's Best Friends?",
              "Be Careful What You Say",
              "A Day in the Life of a Teacher",
              "C Is for Courage",
              "Can A.I. Replace Teachers?"),
          List.of("Peter", "Mr. B", "Class A", "Team C", "Aunt D"),
          List.of("3", "4", "5", "12", "30"),
          List.of("visit the zoo", "do the shopping", "be late", "buy a ticket", "cook dinner"));

  private static final List<String> EXPLANATIONS =
      List.of(
          "The underlying logic is that the writer values honesty.",
          "According to Paragraph 2, about 3.5 million people lost their jobs in 1998.",
          "From the sentence \"There is no Planet B\" we know the author is worried.",
          "A is too general and D is not mentioned in the text.",
          "Options A, B and C are all mentioned in Para. 3.",
          "See lines 4-6: He moved to Washington, D.C. at the age of 32.",
          "细节理解题。根据第二段中的“Vitamin C is not a cure.”可知。",
          "推理判断题。根据最后一段第1句可知作者持支持态度，A、B两项不符。",
          "主旨大意题。全文介绍了1990年以来A.I.的发展。");

  @Override
  public String passage(Random random) {
    return "When I was 12, my father took me to Washington, D.C. for the first time. We left at 8"
        + " a.m. and it was raining.\n"
        + "A man named C. S. Brown told us there was no Plan B. I have never forgotten it.";
  }

  @Override
  public String stem(Random random) {
    return Phrases.pick(random, STEMS);
  }

  @Override
  public List<String> options(Random random) {
    var pool = new ArrayList<>(Phrases.pick(random, OPTIONS));
    Collections.shuffle(pool, random);
    return List.copyOf(pool.subList(0, 4));
  }

  @Override
  public String shortStem(Random random) {
    return Phrases.pick(
        random,
        List.of(
            "What lesson did the author learn? (no more than 10 words)",
            "Why does the author mention Plan B? Please explain in your own words.",
            "Translate the underlined sentence in Paragraph 3 into Chinese.",
            "How can we help A and B to get along? Give 2 reasons."));
  }

  @Override
  public String shortAnswer(Random random) {
    return Phrases.pick(
        random,
        List.of(
            "Because he wanted to help others.",
            "① It was cheap; ② It was near the U.S. embassy.",
            "Never give up, even when Plan B fails.",
            "By talking to each other (1 point) and sharing ideas (1 point).",
            "A good teacher changes lives."));
  }

  @Override
  public String explanation(Random random, char answer) {
    String own = Phrases.pick(random, EXPLANATIONS);
    return switch (random.nextInt(5)) {
      case 0 -> own + " So the answer is " + answer + ".";
      case 1 -> own + "故选" + answer + "。";
      default -> own;
    };
  }
}
