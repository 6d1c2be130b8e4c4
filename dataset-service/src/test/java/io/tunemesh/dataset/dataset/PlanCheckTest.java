package io.tunemesh.dataset.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.Plans;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCheckTest {

  @Test
  void tellsEveryMistakeOfEverySource() {
    List<Mistake> mistakes =
        mistakes(
            """
            {"file": "a", "recipe": "role_dialogue", "settings": {"history": 21, "rolle": "x"},
             "columns": {"line": "Text"}},
            {"file": "b", "recipe": "text_classification",
             "filters": [{"column": "year", "test": "at_least", "value": "old"}],
             "template": "Say\\n{nothing}"},
            {"file": "c", "recipe": "knowledge"},
            {"file": "d", "recipe": "messages", "template": "alpaca"}
            """);

    assertThat(mistakes)
        .extracting(Mistake::field)
        .containsExactlyInAnyOrder(
            "dataset.sources[0].columns",
            "dataset.sources[0].settings.history",
            "dataset.sources[0].settings.rolle",
            "dataset.sources[0].settings.role",
            "dataset.sources[1].filters[0].value",
            "dataset.sources[1].template",
            "dataset.sources[2].recipe",
            "dataset.sources[3].template");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"file": "a", "recipe": "plain_text", "settings": {"block_characters": 10}} | must be a whole number from 50 to 100000, not "10"
          {"file": "a", "recipe": "sharegpt", "settings": {"tools": "openai"}} | must be one of refuse, text, not "openai"
          {"file": "a", "recipe": "alpaca", "settings": {"role": "x"}} | is no setting: the recipe alpaca has none
          {"file": "a", "recipe": "role_dialogue"} | is missing: give the speaker whose lines the model is to say
          {"file": "a", "recipe": "role_dialogue", "settings": {"role": " "}} | is empty: give the speaker
          {"file": "a", "recipe": "knowledge"} | nothing is trained on it
          {"file": "a", "recipe": "alpaca", "columns": {"text": "x"}} | it has instruction, output, input, system, history
          {"file": "a", "columns": {"text": "x", "price": "y"}} | the roles price, text fit no recipe
          {"file": "a", "settings": {"colour": "x"}} | the settings colour fit no recipe
          {"file": "a", "recipe": "messages", "template": "messages"} | takes its source in its own words and has no template
          {"file": "a", "recipe": "alpaca", "template": "exam"} | there is no template 'exam' for the recipe alpaca; it has alpaca
          {"file": "a", "template": "Hello\\nyou"} | fits no recipe; name the 'recipe'. For exam: the template 'inline' leaves {text} out
          {"file": "a", "recipe": "plain_text"}, {"file": "b", "recipe": "alpaca"} | mix plain_text, which is for pre-training
          """)
  void saysWhatWouldBeRight(String sources, String message) {
    assertThat(mistakes(sources))
        .singleElement()
        .satisfies(mistake -> assertThat(mistake.message()).contains(message));
  }

  @Test
  void passesWhatCanBeBuilt() throws InvalidPlan {
    Plan plan =
        Plans.plan(
            """
            {"dataset": {"sources": [
              {"file": "a", "recipe": "role_dialogue", "settings": {"role": "Bob", "history": 2}},
              {"file": "b", "template": "Answer\\n{instruction}\\n{input}"},
              {"file": "c", "recipe": "exam", "columns": {"questions": "Q"}},
              {"file": "d", "settings": {"labels": "x, y"},
               "filters": [{"column": "year", "test": "matches", "value": "^20"}]}]}}
            """);

    assertThatCode(() -> PlanCheck.check(plan, "run-1")).doesNotThrowAnyException();
  }

  private static List<Mistake> mistakes(String sources) {
    return catchThrowableOfType(
            InvalidPlan.class,
            () ->
                PlanCheck.check(
                    Plans.plan("{\"dataset\": {\"sources\": [%s]}}".formatted(sources)), "run-1"))
        .mistakes();
  }
}
