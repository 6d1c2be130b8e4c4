package io.tunemesh.dataset.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.DatasetSpec.Augment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorTest {

  @Test
  void asksTheSameWhateverTheOrderOfTheSeeds() {
    Generator one = generator(1, 3, 4);
    Generator two = generator(1, 3, 4);
    for (int i = 0; i < 10; i++) {
      one.offer(seed(i, "text " + i));
      two.offer(seed(9 - i, "text " + (9 - i)));
    }

    assertThat(two.asks()).isEqualTo(one.asks()).hasSize(4);
  }

  @Test
  void showsTheParentFirstAndOthersBehindItAndNamesTheLabels() {
    Generator generator = generator(2, 3, 100);
    for (int i = 0; i < 10; i++) {
      generator.offer(seed(i, "text " + i));
    }

    List<Ask> asks = generator.asks();

    assertThat(asks).hasSize(20);
    assertThat(asks.stream().map(Ask::key)).doesNotHaveDuplicates();
    assertThat(
            asks.stream()
                .map(Ask::parent)
                .collect(Collectors.groupingBy(p -> p, Collectors.counting())))
        .hasSize(10)
        .allSatisfy((parent, copies) -> assertThat(copies).isEqualTo(2));
    assertThat(asks)
        .allSatisfy(
            ask -> {
              String prompt = prompt(ask);
              String number = ask.parent().substring(3);
              assertThat(prompt)
                  .contains("Example 1:\n{\"text\":\"text " + number + "\"")
                  .contains("Example 3:\n")
                  .doesNotContain("Example 4:")
                  .contains("The label is one of: l0, l1")
                  .contains("Be short.");
              assertThat(prompt.split("\"text " + number + "\"", -1)).hasSize(2);
              assertThat(ask.body().get("model").asText()).isEqualTo("ft:m");
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void showsAsManyAsThereAre(int seeds) {
    Generator generator = generator(3, 3, 100);
    for (int i = 0; i < seeds; i++) {
      generator.offer(seed(i, "text " + i));
    }

    assertThat(generator.asks())
        .hasSize(3 * seeds)
        .allSatisfy(
            ask ->
                assertThat(prompt(ask).split("\nExample \\d:", -1))
                    .hasSize(1 + Math.min(3, seeds)));
  }

  @Test
  void asksInChineseForChinese() {
    Generator generator = generator(1, 2, 1);
    generator.offer(seed(1, "今天的天气很好"));

    assertThat(prompt(generator.asks().getFirst())).contains("示例 1").contains("Be short.");
  }

  @Test
  void showsNoVeryLongExampleAndAsksNothingTooLarge() {
    Generator generator = generator(1, 3, 10);
    generator.offer(seed(1, "x".repeat(9_000)));
    assertThat(generator.asks()).isEmpty();

    Generator full =
        new Generator(
            new Step(
                0,
                0,
                Method.GENERATE,
                new Augment(
                    "generate", 1, null, null, null, "m", 1, "啊".repeat(210_000), 1, null, null)),
            Seeds.type("text_classification"),
            null,
            "s");
    full.offer(seed(1, "short"));
    Ask ask = full.asks().getFirst();
    assertThat(ask.body()).isNull();
    assertThat(Seeds.dropped(full.attempt(ask, Map.of()))).isEqualTo(Generator.TOO_LARGE);
  }

  @Test
  void tellsWhatCameOfEachAnswer() {
    Generator generator = generator(1, 1, 10);
    for (int i = 0; i < 6; i++) {
      generator.offer(seed(i, "text " + i));
    }
    List<Ask> asks = generator.asks();
    Map<String, Answer> answers = new HashMap<>();
    answers.put(asks.get(0).key(), new Answer("{\"text\": \"new\", \"label\": \"l1\"}", null));
    answers.put(asks.get(1).key(), new Answer("{\"text\": \"new\", \"label\": \"other\"}", null));
    answers.put(asks.get(2).key(), Answer.failed("engine_timeout"));
    answers.put(asks.get(3).key(), Answer.failed("no code at all!"));
    answers.put(asks.get(4).key(), new Answer("nonsense", null));

    assertThat(Seeds.done(generator.attempt(asks.get(0), answers)).decides()).isEqualTo("new");
    assertThat(asks.subList(1, 6).stream().map(a -> Seeds.dropped(generator.attempt(a, answers))))
        .containsExactly("label_unknown", "engine_timeout", "engine_error", "no_json", "no_answer");
    assertThat(generator.isModelUnknown(asks, answers)).isFalse();
  }

  @Test
  void knowsAnUnknownModelByItsAnswersAlone() {
    Generator generator = generator(1, 1, 10);
    generator.offer(seed(1, "a"));
    generator.offer(seed(2, "b"));
    List<Ask> asks = generator.asks();
    String first = asks.get(0).key();
    String second = asks.get(1).key();
    Answer unknown = Answer.failed(Answer.MODEL_NOT_FOUND);

    assertThat(generator.isModelUnknown(asks, Map.of(first, unknown))).isTrue();
    assertThat(
            generator.isModelUnknown(asks, Map.of(first, unknown, second, new Answer("x", null))))
        .isFalse();
    assertThat(generator.isModelUnknown(asks, Map.of())).isFalse();
    assertThat(generator.isModelUnknown(asks, Map.of(first, Answer.failed("busy")))).isFalse();
  }

  @Test
  void takesAnAnswerApart() throws Exception {
    assertThat(
            answer(
                "{\"choices\": [{\"message\": {\"content\": \"a\"}, \"finish_reason\": \"stop\"}]}"))
        .isEqualTo(new Answer("a", null));
    assertThat(answer("{}").failure()).isEqualTo("answer_empty");
    assertThat(answer("{\"choices\": [{\"message\": {\"content\": null}}]}").failure())
        .isEqualTo("answer_empty");
    assertThat(
            answer(
                    "{\"choices\": [{\"message\": {\"content\": \"a\"}, \"finish_reason\": \"length\"}]}")
                .failure())
        .isEqualTo("answer_cut_off");
    assertThat(answer("{\"choices\": [{\"message\": {\"content\": \"a\\u0000\"}}]}").failure())
        .isEqualTo("answer_broken");
    assertThat(Answer.of(null).failure()).isEqualTo("answer_empty");
  }

  private static Answer answer(String response) throws Exception {
    return Answer.of(Json.MAPPER.readTree(response));
  }

  private static String prompt(Ask ask) {
    return ask.body().at("/messages/0/content").asText();
  }

  private static Seed seed(int i, String text) {
    return Seeds.of("text_classification", "ex-" + i, Map.of("text", text, "label", "l" + i % 2));
  }

  private static Generator generator(int copies, int examples, int max) {
    return new Generator(
        Seeds.generate(copies, examples, max), Seeds.type("text_classification"), null, "s");
  }
}
