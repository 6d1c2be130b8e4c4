package io.tunemesh.dataset.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.recipe.Content;
import io.tunemesh.dataset.recipe.Example;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SpecimenTest {

  private static final String QUESTIONS = "1. Which?\nA. Rain\nB. Snow\nC. Wind\nD. Hail";

  static Stream<Seed> seeds() {
    return Stream.of(
        Seeds.exam("ex-1", QUESTIONS, "1. C"),
        Seeds.of("text_classification", "ex-2", Map.of("text", "好天气", "label", "good")),
        Seeds.of("sentence_pair", "ex-3", Map.of("sentence1", "a", "sentence2", "b", "label", "c")),
        Seeds.of("regression", "ex-4", Map.of("text", "a", "score", "2.5")),
        Seeds.of("translation", "ex-5", Map.of("source", "a", "target", "b")),
        Seeds.of(
            "alpaca",
            "ex-6",
            Map.of("instruction", "a", "output", "b", "history", "[[\"c\",\"d\"]]")),
        Seeds.of("context_response", "ex-7", Map.of("context", "a", "response", "b")),
        Seeds.of(
            "paper_classification",
            "ex-8",
            Map.of("title", "a", "abstract", "b", "label", "1", "uuid", "7")),
        Seeds.of(
            "messages",
            "ex-9",
            Map.of(
                "messages",
                "[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]")));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void readsWhatItShows(Seed seed) {
    Form form = new Form(Seeds.type(recipe(seed)), null);
    String shown = Specimen.write(form, form.fields(seed));

    Example read = Seeds.done(Specimen.read(form, shown));

    assertThat(read.content())
        .isEqualTo(seed.asked() == null ? new Content.Chat(seed.chat()) : seed.asked());
    assertThat(shown).doesNotContain("uuid");
  }

  @Test
  void readsAnAnswerInAFenceWithWordsAround() {
    Form form = new Form(Seeds.type("text_classification"), null);

    Example read =
        Seeds.done(
            Specimen.read(
                form, "Sure!\n```json\n{\"text\": \"a\", \"label\": \"b\"}\n```\nAnything else?"));

    assertThat(read.label()).isEqualTo("b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          I cannot do that.               | no_json
          [1, 2]                          | no_json
          {"text": "a", "label": "b"      | no_json
          {"text": "a"}                   | empty_cell
          {"text": null, "label": "b"}    | empty_cell
          """)
  void saysWhyAnAnswerIsNoExample(String answer, String code) {
    Form form = new Form(Seeds.type("text_classification"), null);

    assertThat(Seeds.dropped(Specimen.read(form, answer))).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1. Which?                                                         | form_broken
          [text]#A story.#[questions]#1. Which?#A. a B. b C. c D. d         | form_broken
          [text]#A story.#[questions]#1. Which?#A. a B. b C. c D. d#答案：1. E | answer_outside
          [text]#A story.#[questions]#1. Which?#A. a B. b C. c#答案：1. A     | option_missing
          [questions]#1. Which?#A. a B. b C. c D. d#Answers: 1. A           | empty_cell
          """)
  void readsAnExamAsStrictlyAsAWorkbook(String answer, String code) {
    Form form = new Form(Seeds.type("exam"), null);

    assertThat(Seeds.dropped(Specimen.read(form, answer.replace('#', '\n')))).isEqualTo(code);
  }

  private static String recipe(Seed seed) {
    return switch (seed.id()) {
      case "ex-1" -> "exam";
      case "ex-2" -> "text_classification";
      case "ex-3" -> "sentence_pair";
      case "ex-4" -> "regression";
      case "ex-5" -> "translation";
      case "ex-6" -> "alpaca";
      case "ex-7" -> "context_response";
      case "ex-8" -> "paper_classification";
      default -> "messages";
    };
  }
}
