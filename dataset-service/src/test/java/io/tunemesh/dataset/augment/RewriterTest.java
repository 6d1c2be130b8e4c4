package io.tunemesh.dataset.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec.Augment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewriterTest {

  private final Seed review =
      Seeds.of("text_classification", "ex-1", Map.of("text", "Came 2 days late.", "label", "bad"));

  @Test
  void showsTheTextsAndOthersForTheirManner() {
    Generator generator = generator("paraphrase", null, 2);
    generator.offer(review);
    generator.offer(
        Seeds.of("text_classification", "ex-2", Map.of("text", "Lovely!", "label", "good")));

    assertThat(generator.asks())
        .hasSize(2)
        .allSatisfy(
            ask -> {
              assertThat(ask.then()).isNull();
              assertThat(prompt(ask)).contains("[\"Came 2 days late.\"]", "[\"Lovely!\"]");
              assertThat(prompt(ask)).contains("Be kind.").doesNotContain("bad", "good");
              assertThat(prompt(ask))
                  .endsWith(
                      ask.parent().equals("ex-1") ? "[\"Came 2 days late.\"]" : "[\"Lovely!\"]");
            });
  }

  @Test
  void asksForTheWayThereAndBack() {
    Generator generator = generator("back_translation", "French", null);
    generator.offer(review);

    Ask ask = generator.asks().getFirst();

    assertThat(prompt(ask)).contains("into French").endsWith("[\"Came 2 days late.\"]");
    assertThat(ask.then().at("/messages/0/content").asText())
        .contains("into English")
        .doesNotContain("days");
  }

  @Test
  void asksInChineseForChineseAndBackIntoIt() {
    Generator generator = generator("back_translation", "英语", null);
    generator.offer(Seeds.of("text_classification", "ex-1", Map.of("text", "东西很好", "label", "好")));

    Ask ask = generator.asks().getFirst();

    assertThat(prompt(ask)).contains("翻译成英语");
    assertThat(ask.then().at("/messages/0/content").asText()).contains("翻译成中文");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          I would rather not.              | no_json
          []                               | form_broken
          ["It came 2 days late.", "more"] | form_broken
          [" "]                            | form_broken
          [{"text": "It came 2 days late."}] | form_broken
          ["came 2 DAYS late"]             | unchanged
          ["It came too late."]            | numbers_changed
          ["It came 3 days late."]         | numbers_changed
          """)
  void dropsWhatIsNoOtherWording(String answer, String code) {
    assertThat(Seeds.dropped(read("text_classification", review, answer))).isEqualTo(code);
  }

  @Test
  void keepsTheLabelAndTakesTheOtherWords() {
    var example =
        Seeds.done(
            read(
                "text_classification",
                review,
                "Here it is:\n```json\n[\"It was 2 days late.\"]\n```"));

    assertThat(example.decides()).isEqualTo("It was 2 days late.");
    assertThat(example.label()).isEqualTo("bad");
    assertThat(Seeds.output(example)).isEqualTo("bad");
  }

  @Test
  void writesThousandsAsItLikes() {
    Seed seed =
        Seeds.of("text_classification", "ex-1", Map.of("text", "I paid 1,000.", "label", "bad"));

    assertThat(Seeds.done(read("text_classification", seed, "[\"It cost me 1000.\"]")).label())
        .isEqualTo("bad");
  }

  @Test
  void tellsADecimalPointFromAMarkOfThousands() {
    Seed seed =
        Seeds.of("text_classification", "ex-1", Map.of("text", "Add 1,2,3 to 1.5.", "label", "x"));

    assertThat(read("text_classification", seed, "[\"To 15 add 1, 2 and 3.\"]"))
        .isEqualTo(new Attempt.Dropped(Rewriter.NUMBERS_CHANGED));
    assertThat(
            Seeds.done(read("text_classification", seed, "[\"To 1.5 add 1, 2 and 3.\"]")).label())
        .isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3 apples, 5 pears          | 5 apples and 3 pears
          3个苹果，5个梨             | 有5个苹果和3个梨
          It was -5 there.           | There it was 5.
          It was −5 there.           | There it was 5.
          Take ３ of these.          | Of these take ４.
          2 here and 2 there         | here are 2, none there
          Pay 1.5 now.               | Now pay 15.
          Pay 1.5 now and 2 then.    | Now pay 2.5 and 1 then.
          """)
  void dropsWhatSaysOtherNumbers(String text, String said) throws Exception {
    assertThat(read("text_classification", asking(text), list(said)))
        .isEqualTo(new Attempt.Dropped(Rewriter.NUMBERS_CHANGED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3 apples, 5 pears          | There are 5 pears and 3 apples.
          Take ３ of these.          | Of these, take 3.
          It was −5 there.           | There it was -5.
          I paid 1,000 on 2020-01-02 | On 2020-01-02 it cost 1000
          Covid-19 came in 2020      | In 2020 Covid 19 came
          """)
  void takesTheSameNumbersInAnotherOrderAndForm(String text, String said) throws Exception {
    assertThat(Seeds.done(read("text_classification", asking(text), list(said))).label())
        .isEqualTo("x");
  }

  private static Seed asking(String text) {
    return Seeds.of("text_classification", "ex-1", Map.of("text", text, "label", "x"));
  }

  private static String list(String text) throws Exception {
    return Json.MAPPER.writeValueAsString(List.of(text));
  }

  @Test
  void rewritesTheTextOfAnExamAndNoneOfItsQuestions() {
    Seed exam = Seeds.exam("ex-1", "1. What fell?\nA. Rain\nB. Snow\nC. Hail\nD. Dust", "1. A");

    var example = Seeds.done(read("exam", exam, "[\"It rained, and the story is long.\"]"));

    assertThat(example.items()).isEqualTo(exam.items());
    assertThat(example.decides()).isEqualTo("It rained, and the story is long.");
  }

  @Test
  void rewritesWhatTheUserSaysInAChat() {
    Seed chat =
        Seeds.of(
            "messages",
            "ex-1",
            Map.of(
                "messages",
                "[{\"role\":\"user\",\"content\":\"Hi there\"},{\"role\":\"assistant\",\"content\":\"Hello\"},"
                    + "{\"role\":\"user\",\"content\":\"Who are you?\"},{\"role\":\"assistant\",\"content\":\"Me\"}]"));

    var example = Seeds.done(read("messages", chat, "[\"Good day\", \"What is your name?\"]"));

    assertThat(example.content().words())
        .contains("Good day", "Hello", "What is your name?", "Me")
        .doesNotContain("Hi there");
  }

  private static Attempt read(String recipe, Seed seed, String answer) {
    Augment wish = wish("paraphrase", null, null);
    return new Rewriter(new Step(0, 0, Method.PARAPHRASE, wish), new Form(Seeds.type(recipe), null))
        .read(seed, answer);
  }

  private static String prompt(Ask ask) {
    return ask.body().at("/messages/0/content").asText();
  }

  private static Generator generator(String method, String through, Integer examples) {
    return new Generator(
        new Step(0, 0, Method.named(method), wish(method, through, examples)),
        Seeds.type("text_classification"),
        null,
        "s");
  }

  private static Augment wish(String method, String through, Integer examples) {
    return new Augment(
        method, 1, null, null, null, "ft:m", examples, "Be kind.", 10, null, through);
  }
}
