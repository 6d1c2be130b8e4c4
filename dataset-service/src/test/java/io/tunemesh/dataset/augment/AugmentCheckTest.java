package io.tunemesh.dataset.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plans;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentCheckTest {

  @Test
  void tellsEveryMistakeAtOnce() throws InvalidPlan {
    List<Mistake> mistakes =
        mistakes(
            "alpaca",
            """
            {"method": "shuffle_options", "share": 0.2, "model": "m"},
            {"method": "synonyms", "max": 5},
            {"method": "generate", "words": {"a": "b"}}""",
            null);

    assertThat(mistakes)
        .extracting(Mistake::field)
        .containsExactly(
            "augment[0].method",
            "augment[0].share",
            "augment[0].model",
            "augment[1].max",
            "augment[1].words",
            "augment[2].words",
            "augment[2].model");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          alpaca        | {"method": "shuffle_options"}                                 | have no options
          tagging       | {"method": "synonyms", "words": {"big": "large"}}             | bound to their very words
          plain_text    | {"method": "generate", "model": "m"}                          | not of one row each
          role_dialogue | {"method": "generate", "model": "m"}                          | not of one row each
          exam          | {"method": "synonyms"}                                        | give words with their synonyms
          exam          | {"method": "synonyms", "words": {"big": "x"}, "words_file": "file-1"} | leave one of them out
          exam          | {"method": "synonyms", "words_file": "words.csv"}             | is no file id
          exam          | {"method": "synonyms", "words": {"大": "巨"}}                   | a single character
          exam          | {"method": "synonyms", "words": {"big": ""}}                  | gives no synonym
          exam          | {"method": "generate"}                                        | give a served model
          exam          | {"method": "shuffle_options", "temperature": 1}               | with generate, paraphrase and back_translation only
          exam          | {"method": "paraphrase"}                                      | give a served model
          exam          | {"method": "back_translation", "model": "m"}                  | the language to translate to
          exam          | {"method": "paraphrase", "model": "m", "through": "French"}   | with back_translation only
          exam          | {"method": "back_translation", "model": "m", "through": "French", "examples": 2} | with generate and paraphrase only
          tagging       | {"method": "paraphrase", "model": "m"}                        | bound to their very words
          """)
  void saysWhatWouldBeRight(String recipe, String wish, String message) throws InvalidPlan {
    assertThat(mistakes(recipe, wish, null))
        .singleElement()
        .satisfies(mistake -> assertThat(mistake.message()).contains(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"method": "translate"}                    | augment[0].method
          {"copies": 2}                              | augment[0].method
          {"method": "shuffle_options", "copies": 0} | augment[0].copies
          {"method": "synonyms", "share": 0.9}       | augment[0].share
          {"method": "generate", "examples": 9}      | augment[0].examples
          {"method": "generate", "max": 100000}      | augment[0].max
          {"method": "generate", "modle": "m"}       | augment[0].modle
          """)
  void theSchemaFindsImpossibleValues(String wish, String field) {
    InvalidPlan invalid =
        Assertions.catchThrowableOfType(InvalidPlan.class, () -> source("exam", wish));

    assertThat(invalid.mistakes())
        .extracting(Mistake::field)
        .containsExactly("sources[0]." + field);
  }

  @Test
  void theSchemaLimitsTheList() {
    String eleven = "{\"method\": \"shuffle_options\"},".repeat(10) + "{\"method\": \"synonyms\"}";

    InvalidPlan invalid =
        Assertions.catchThrowableOfType(InvalidPlan.class, () -> source("exam", eleven));

    assertThat(invalid.mistakes())
        .containsExactly(new Mistake("sources[0].augment", "must have at most 10 entries"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          exam | {"method": "shuffle_options", "copies": 2}
          auto | {"method": "shuffle_options"}
          text_classification | {"method": "synonyms", "words": {"big": "large", "bigwig": ""}, "share": 0.2}
          alpaca | {"method": "synonyms", "words_file": "words.csv"}
          sentence_pair | {"method": "paraphrase", "model": "ft:x", "examples": 2, "instruction": "Be kind."}
          exam | {"method": "back_translation", "model": "ft:x", "through": "French", "max": 20}
          messages | {"method": "generate", "model": "ft:x", "examples": 2, "instruction": "Be kind.", "max": 20}
          """)
  void passesWhatCanBeMade(String recipe, String wish) throws InvalidPlan {
    assertThat(mistakes(recipe, wish, "run-1")).isEmpty();
  }

  private static List<Mistake> mistakes(String recipe, String wishes, String run)
      throws InvalidPlan {
    return AugmentCheck.mistakes(source(recipe, wishes), run);
  }

  private static DatasetSpec.Source source(String recipe, String wishes) throws InvalidPlan {
    return Plans.read(
            "{\"sources\": [{\"file\": \"file-1\", \"recipe\": \"%s\", \"augment\": [%s]}]}"
                .formatted(recipe, wishes),
            DatasetSpec.class)
        .sources()
        .getFirst();
  }
}
