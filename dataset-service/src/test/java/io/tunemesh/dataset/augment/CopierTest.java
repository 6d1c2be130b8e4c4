package io.tunemesh.dataset.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.recipe.Content;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.Turn;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CopierTest {

  private static final Map<String, String> WORDS =
      Map.of("big", "large, huge", "rain", "drizzle", "good", "fine", "story", "tale");

  @Test
  void changesTheTextOfAClassificationAndNotItsLabel() {
    Seed seed =
        Seeds.of("text_classification", "ex-1", Map.of("text", "A big good day", "label", "good"));

    Example made = only(copies("text_classification", 1, seed));

    assertThat(made.label()).isEqualTo("good");
    assertThat(Seeds.output(made)).isEqualTo("good");
    assertThat(made.decides()).isIn("A large good day", "A huge good day");
    assertThat(((Content.Asked) made.content()).values().get("text")).isEqualTo(made.decides());
    assertThat(Seed.of("x", made).structure().get("text").asText()).isEqualTo(made.decides());
  }

  @Test
  void makesEveryCopyAnotherAndSaysWhenThereIsNone() {
    Seed seed = Seeds.of("regression", "ex-1", Map.of("text", "big", "score", "3.50"));

    List<Attempt> attempts = copies("regression", 3, seed);

    assertThat(attempts.subList(0, 2).stream().map(a -> Seeds.done(a).decides()))
        .containsExactlyInAnyOrder("large", "huge");
    assertThat(attempts.subList(0, 2))
        .allSatisfy(a -> assertThat(Seeds.output(Seeds.done(a))).isEqualTo(seed.output()));
    assertThat(Seeds.dropped(attempts.get(2))).isEqualTo(Copier.NO_OTHER);
  }

  @Test
  void saysWhereNoWordCanBeExchanged() {
    Seed seed = Seeds.of("regression", "ex-1", Map.of("text", "nothing", "score", "1"));

    assertThat(Seeds.dropped(copies("regression", 1, seed).getFirst())).isEqualTo(Copier.NO_WORDS);
  }

  @Test
  void changesOnlyWhatTheUserSaysInAChat() {
    Seed seed =
        Seeds.of(
            "messages",
            "ex-1",
            Map.of(
                "messages",
                """
                [{"role": "system", "content": "Be big."},
                 {"role": "user", "content": "A big house"},
                 {"role": "assistant", "content": "A good one", "weight": 0},
                 {"role": "user", "content": "<tool_response>\\nbig\\n</tool_response>"},
                 {"role": "assistant", "content": "A fine story"}]"""));

    List<Turn> turns = ((Content.Chat) only(copies("messages", 1, seed)).content()).turns();

    assertThat(turns.get(0).content()).isEqualTo("Be big.");
    assertThat(turns.get(1).content()).isIn("A large house", "A huge house");
    assertThat(turns.subList(2, 5)).isEqualTo(seed.chat().subList(2, 5));
  }

  @Test
  void keepsTheSystemMessageOfAContext() {
    Seed seed =
        Seeds.of(
            "context_response",
            "ex-1",
            Map.of(
                "context", "It will rain", "response", "Take a coat", "system", "You are kind."));

    List<Turn> turns = ((Content.Chat) only(copies("context_response", 1, seed)).content()).turns();

    assertThat(turns)
        .containsExactly(
            Turn.system("You are kind."),
            Turn.user("It will drizzle"),
            Turn.assistant("Take a coat"));
  }

  @Test
  void changesTheTextOfAnExamAndNoQuestion() {
    Seed seed =
        Seeds.exam("ex-1", "1. Which story?\nA. Big\nB. Snow\nC. Wind\nD. Hail\n2. Why?", "1. A");

    Example made = only(copies("exam", 1, seed));

    assertThat(made.decides()).isEqualTo("A long story about drizzle.");
    assertThat(made.items()).isEqualTo(seed.items());
    assertThat(made.leftOut()).isEqualTo(seed.leftOut());
    assertThat(Seeds.output(made)).isEqualTo(seed.output());
  }

  @Test
  void keepsSettingsAndHistory() {
    Seed translated =
        Seeds.of(
            "translation",
            "ex-1",
            Map.of("source", "big rain", "target", "大雨"),
            Map.of("to", "中文"));
    Seed instructed =
        Seeds.of(
            "alpaca",
            "ex-2",
            Map.of(
                "instruction",
                "Tell a story",
                "output",
                "Once.",
                "history",
                "[[\"big?\", \"Yes\"]]"));

    Example one =
        Seeds.done(
            new Copier(
                    Seeds.synonyms(1, 0.5, WORDS),
                    Seeds.type("translation"),
                    Map.of("to", "中文"),
                    "s",
                    Thesaurus.of(WORDS))
                .copies(translated)
                .getFirst());
    Example two = only(copies("alpaca", 1, instructed));

    assertThat(((Content.Asked) one.content()).values().get("to")).isEqualTo("中文");
    assertThat(((Content.Asked) two.content()).before()).isEqualTo(instructed.asked().before());
    assertThat(two.decides()).isEqualTo("Tell a tale");
  }

  private static Example only(List<Attempt> attempts) {
    assertThat(attempts).hasSize(1);
    return Seeds.done(attempts.getFirst());
  }

  private static List<Attempt> copies(String recipe, int copies, Seed seed) {
    return new Copier(
            Seeds.synonyms(copies, 0.5, WORDS), Seeds.type(recipe), null, "s", Thesaurus.of(WORDS))
        .copies(seed);
  }
}
