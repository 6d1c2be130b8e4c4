package io.tunemesh.inference.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.RulesSpec.Label;
import io.tunemesh.contract.plan.RulesSpec.Rank;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormsTest {

  private static final LabelForm LABELS =
      new LabelForm(
          new Label(List.of("positive", "very positive", "negative", "中性", "0", "1"), null));

  @Test
  void findsTheOneLabel() throws Unfit {
    assertThat(LABELS.of("Positive.")).isEqualTo("positive");
    assertThat(LABELS.of("The review is very positive, I think")).isEqualTo("very positive");
    assertThat(LABELS.of("答案是：中性")).isEqualTo("中性");
    assertThat(LABELS.of("label: １")).isEqualTo("1");
  }

  @Test
  void knowsLabelsThatDifferInSignsAlone() throws Unfit {
    LabelForm numbers = new LabelForm(new Label(List.of("-1", "0", "1", "C", "C++"), null));
    for (String label : List.of("-1", "0", "1", "C", "C++")) {
      assertThat(numbers.of(label)).isEqualTo(label);
      assertThat(numbers.of("label: " + label + ".")).isEqualTo(label);
    }
    LabelForm signs = new LabelForm(new Label(List.of("+", "-"), null));
    assertThat(signs.of("结果：＋")).isEqualTo("+");
    assertThat(signs.of("＋")).isEqualTo("+");
  }

  @Test
  void refusesNoneAndSeveral() {
    assertThatThrownBy(() -> LABELS.of("I cannot tell, 100 times"))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("none of the labels");
    assertThatThrownBy(() -> LABELS.of("positive or negative"))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("negative, positive");
  }

  @Test
  void takesTheLabelForAllOthers() throws Unfit {
    LabelForm form = new LabelForm(new Label(List.of("yes", "no"), "unknown"));

    assertThat(form.of("well")).isEqualTo("unknown");
  }

  @Test
  void takesTheJsonOutOfAnAnswer() throws Unfit {
    JsonAnswer any = new JsonAnswer(null);

    assertThat(any.of(" {\"a\": 1} ")).isEqualTo("{\"a\": 1}");
    assertThat(any.of("Here:\n```json\n[1, 2]\n```\nDone")).isEqualTo("[1, 2]");
    assertThat(any.of("So {not json} but {\"b\": \"}\"} it is")).isEqualTo("{\"b\": \"}\"}");
    assertThatThrownBy(() -> any.of("{\"cut\": [1,"))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("no JSON");
  }

  @Test
  void holdsJsonAgainstItsSchema() throws Exception {
    ObjectNode schema =
        (ObjectNode)
            Json.MAPPER.readTree(
                """
                {"type": "object", "required": ["label"],
                 "properties": {"label": {"enum": ["a", "b"]}}}
                """);
    JsonAnswer form = new JsonAnswer(schema);

    assertThat(form.of("{\"label\": \"a\"}")).isEqualTo("{\"label\": \"a\"}");
    assertThatThrownBy(() -> form.of("{\"label\": \"c\"}"))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("/label");
  }

  @Test
  void triesAHundredPlacesWhereJsonMayBegin() throws Unfit {
    JsonAnswer any = new JsonAnswer(null);

    assertThat(any.of("{x}".repeat(99) + "[1]")).isEqualTo("[1]");
    assertThatThrownBy(() -> any.of("{x}".repeat(100) + "[1]")).isInstanceOf(Unfit.class);
  }

  @Test
  void runsAPatternInLinearTime() throws Exception {
    JsonAnswer form = new JsonAnswer(pattern("(a+)+$"));

    assertThat(form.of("\"baaa\"")).isEqualTo("\"baaa\"");
    // A search that goes back would not come to its end in a lifetime.
    assertThatThrownBy(() -> form.of('"' + "a".repeat(5_000) + "!\"")).isInstanceOf(Unfit.class);
  }

  @Test
  void refusesASchemaWhosePatternGoesBack() {
    assertThatThrownBy(() -> new JsonAnswer(pattern("(?=a)b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RE2");
    assertThatThrownBy(
            () ->
                new JsonAnswer(
                    Json.MAPPER
                        .createObjectNode()
                        .set("patternProperties", Json.MAPPER.readTree("{\"(?=a)b\": {}}"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RE2");
  }

  @Test
  void refusesASchemaThatHoldsAValueAgainstTooMuch() throws Exception {
    StringBuilder doubling = new StringBuilder("{\"$ref\": \"#/$defs/a0\", \"$defs\": {");
    for (int i = 0; i < 40; i++) {
      String next = "{\"$ref\": \"#/$defs/a%d\"}".formatted(i + 1);
      doubling.append("\"a%d\": {\"anyOf\": [%s, %s]}, ".formatted(i, next, next));
    }
    String schema = doubling.append("\"a40\": {\"type\": \"string\"}}}").toString();

    assertThatThrownBy(() -> new JsonAnswer(schema(schema)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("against more than");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"$ref\": \"#\"}",
        "{\"allOf\": [{\"$ref\": \"#\"}]}",
        "{\"not\": {\"$ref\": \"#\"}}",
        "{\"$anchor\": \"me\", \"if\": {}, \"then\": {\"$ref\": \"#me\"}}",
        "{\"properties\": {\"a/b\": {\"oneOf\": [{\"$ref\": \"#/properties/a~1b\"}]}}}",
      })
  void refusesASchemaThatNeverComesToAnEnd(String schema) {
    assertThatThrownBy(() -> new JsonAnswer(schema(schema)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("refers to itself");
  }

  @Test
  void holdsTreesAgainstASchemaThatRefersToItself() throws Exception {
    JsonAnswer tree =
        new JsonAnswer(
            schema(
                """
                {"type": "object", "required": ["v"],
                 "properties": {"v": {"type": "integer"}, "not": {"$ref": "#"},
                                "children": {"type": "array", "items": {"$ref": "#"}}}}
                """));
    String text = "{\"v\":1,\"children\":[{\"v\":2,\"not\":{\"v\":3}},{\"v\":4}]}";

    assertThat(tree.of(text)).isEqualTo(text);
    assertThatThrownBy(() -> tree.of(text.replace("4", "\"four\"")))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("/children/1/v");
  }

  @Test
  void givesUpWhereEachLevelOfAnAnswerDoublesWhatItCosts() throws Exception {
    String either = "{\"properties\": {\"c\": {\"$ref\": \"#\"}}, \"required\": [\"c\"]}";
    JsonAnswer form = new JsonAnswer(schema("{\"anyOf\": [%s, %s]}".formatted(either, either)));

    assertThatThrownBy(() -> form.of("{\"c\":".repeat(60) + "{}" + "}".repeat(60)))
        .isInstanceOf(Unfit.class)
        .hasMessageContaining("too many steps");
  }

  private static ObjectNode schema(String json) throws JsonProcessingException {
    return (ObjectNode) Json.MAPPER.readTree(json);
  }

  private static ObjectNode pattern(String regex) {
    return Json.MAPPER.createObjectNode().put("type", "string").put("pattern", regex);
  }

  @Test
  void putsCandidatesInOrder() {
    List<String> candidates =
        List.of(
            "Paris is the capital.", "It is 42.", "Paris, the capital!", "The capital is Paris");

    assertThat(new Ranking(new Rank("agreement", null, 2), any -> true).order(candidates))
        .doesNotContain(1)
        .hasSize(2);
    assertThat(new Ranking(new Rank("shortest", null, 1), any -> true).order(candidates))
        .containsExactly(1);
    assertThat(new Ranking(new Rank("longest", null, null), any -> true).order(candidates))
        .startsWith(0);
    assertThat(new Ranking(new Rank("valid", null, null), "It is 42."::equals).order(candidates))
        .containsExactly(1, 0, 2, 3);
  }
}
