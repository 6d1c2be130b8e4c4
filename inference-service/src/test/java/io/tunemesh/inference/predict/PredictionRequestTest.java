package io.tunemesh.inference.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.template.BrokenTemplate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictionRequestTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"model": "m", "template": "{a}"}                                              | file
          {"file": "f", "template": "{a}"}                                               | model
          {"file": "f", "model": "m"}                                                    | template
          {"file": "f", "model": "m", "recipe": "exam"}                                  | recipe
          {"file": "f", "model": "m", "template": "no cell"}                             | template
          {"file": "f", "model": "m", "recipe": "regression", "template": "{nothing}\\n"} | template
          {"file": "f", "model": "m", "template": "{a}", "task": "guess"}                | task
          {"file": "f", "model": "m", "template": "{a}", "language": "fr"}               | language
          {"file": "f", "model": "m", "template": "{a}", "labels": ["1", "1"]}           | labels
          {"file": "f", "model": "m", "template": "{a}", "labels": "1"}                  | labels
          {"file": "f", "model": "m", "template": "{a}", "settings": {"to": "en"}}       | settings.to
          {"file": "f", "model": "m", "template": "{a}", "parameters": {"model": "x"}}   | parameters.model
          {"file": "f", "model": "m", "template": "{a}", "output": {"columns": ["answer"]}} | output.answer
          {"file": "f", "model": "m", "template": "{a}", "output": {"columns": ["p"], "probability": "p"}} | output.probability
          {"file": "f", "model": "m", "template": "{a}", "completion_window": "8d"}      | completion_window
          {"file": "f", "model": "m", "template": "{a}", "metadata": {"a": 1}}           | metadata
          {"file": "f", "model": "m", "template": "{a}", "colums": {}}                   | colums
          """)
  void namesTheFieldThatIsWrong(String body, String field) {
    assertThatThrownBy(() -> PredictionRequest.read((ObjectNode) Calls.json(body)))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.problem().param()).isEqualTo(field));
  }

  @Test
  void papersAreLabelledByNoughtAndOneUnlessOtherLabelsAreGiven() {
    assertThat(read("{\"file\": \"f\", \"model\": \"m\", \"recipe\": \"paper_classification\"}"))
        .isEqualTo(List.of("0", "1"));
    assertThat(
            read(
                "{\"file\": \"f\", \"model\": \"m\", \"recipe\": \"paper_classification\","
                    + " \"labels\": [\"yes\", \"no\"]}"))
        .isEqualTo(List.of("yes", "no"));
  }

  @Test
  void asksForTheLikeliestTokensWhateverTheBaseSaysUnlessParametersAreGiven() {
    String without = "{\"file\": \"f\", \"model\": \"m\", \"template\": \"{a}\"";

    assertThat(parameters(without + "}"))
        .isEqualTo(
            Calls.json(
                """
                {"temperature": 0, "top_p": 1, "top_k": -1, "min_p": 0, "repetition_penalty": 1}
                """));
    assertThat(parameters(without + ", \"parameters\": {\"temperature\": 0}}"))
        .isEqualTo(Calls.json("{\"temperature\": 0}"));
  }

  @Test
  void keepsNoColumnThatTheAnswerOrItsProbabilityStandsIn() {
    PredictionSpec spec =
        PredictionRequest.read(
                (ObjectNode)
                    Calls.json(
                        """
                        {"file": "f", "model": "m", "template": "{a}", "output": {"probability": "p"}}
                        """))
            .spec();

    assertThat(TableTask.kept(spec, List.of("a", "p", "answer", "b"))).containsExactly("a", "b");
  }

  @Test
  void whatACellHoldsIsNeverATemplate() throws BrokenTemplate {
    OwnTemplate template = new OwnTemplate("{a} and {{b} $1 \\");

    assertThat(template.columns()).containsExactly("a");
    assertThat(template.render(Map.of("a", "{b} $0 \\"))).isEqualTo("{b} $0 \\ and {b} $1 \\");
  }

  @ParameterizedTest
  @CsvSource({"这是一段话,zh", "A text,en", "GDP 增长 of China,en", "北京大学 GDP,zh", "'',en"})
  void decidesTheLanguageByCharactersAndWords(String text, String language) {
    assertThat(Languages.of(text)).isEqualTo(language);
  }

  private static ObjectNode parameters(String body) {
    return PredictionRequest.read((ObjectNode) Calls.json(body)).spec().parameters();
  }

  private static List<String> read(String body) {
    return PredictionRequest.read((ObjectNode) Calls.json(body)).spec().labels();
  }
}
