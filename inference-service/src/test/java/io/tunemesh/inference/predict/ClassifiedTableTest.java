package io.tunemesh.inference.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.Ingest;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngine.Reply;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Table jobs of encoders with a head. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class ClassifiedTableTest {

  @Inject Ingest ingest;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  @AfterEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void asksAClassifierAndItsProbability() {
    classifies(ClassifiedTableTest::classified);
    String file =
        ingest.table(
            "texts.csv", List.of("text"), List.of(Map.of("text", "good"), Map.of("text", "bad")));
    String id =
        create(
            """
            {"file": "%s", "model": "%s", "template": "{text}", "task": "classify",
             "labels": ["pos"], "output": {"answer": "label", "probability": "p"}}
            """
                .formatted(file, StubEngine.BASE));

    Ingest.Taken output = ingest.takesIn(id + "-output");
    Ingest.Taken errors = ingest.takesIn(id + "-errors");

    assertThat(output.text()).isEqualTo("text,label,p\r\ngood,pos,0.75\r\n");
    assertThat(errors.text()).contains("3,Sheet1,unexpected_label");
  }

  @ParameterizedTest
  @CsvSource({"-1.5,", "-1.5,LABEL_0", "3.2E-7,0.0"})
  void writesTheNumberOfARegressionWhateverItsLabelIs(double score, String label) {
    JsonObject number =
        new JsonObject()
            .put("index", 0)
            .put("label", label)
            .put("probs", new JsonArray().add(score))
            .put("num_classes", 1);
    classifies(input -> number);
    String file = ingest.table("texts.csv", List.of("text"), List.of(Map.of("text", "good")));
    String id =
        create(
            """
            {"file": "%s", "model": "%s", "recipe": "regression", "task": "classify"}
            """
                .formatted(file, StubEngine.BASE));

    assertThat(ingest.takesIn(id + "-output").text())
        .isEqualTo("text,score\r\ngood," + score + "\r\n");
    assertThat(engine.asked.getFirst().getString("input"))
        .isEqualTo("Rate the text below. Answer with a number alone.\ngood");
  }

  @Test
  void writesTheEntitiesThatAHeadFindsInTheTextAlone() {
    classifies(ClassifiedTableTest::tagged);
    String file =
        ingest.table(
            "texts.csv", List.of("text"), List.of(Map.of("text", "\uD83D\uDE00 Ann Lee met me")));
    String id =
        create(
            """
            {"file": "%s", "model": "%s", "recipe": "tagging", "task": "classify",
             "output": {"columns": []}}
            """
                .formatted(file, StubEngine.BASE));

    assertThat(ingest.takesIn(id + "-output").text())
        .isEqualTo(
            "entities\r\n\"[{\"\"type\"\": \"\"PER\"\", \"\"text\"\": \"\"Ann Lee\"\"}]\"\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                             | -1
          {"truncate_prompt_tokens": 7}  | 7
          """)
  void readsOfALongTextWhatTheModelReadsUnlessItsOwnerSaysOtherwise(String parameters, int cut) {
    classifies(ClassifiedTableTest::classified);
    String file = ingest.table("texts.csv", List.of("text"), List.of(Map.of("text", "good")));
    String id =
        create(
            """
            {"file": "%s", "model": "%s", "template": "{text}", "task": "classify", "parameters": %s}
            """
                .formatted(file, StubEngine.BASE, parameters));
    ingest.takesIn(id + "-output");

    assertThat(engine.asked.getFirst().getInteger("truncate_prompt_tokens")).isEqualTo(cut);
  }

  @Test
  void passesAClassifiersAnswerThroughTheGateway() {
    classifies(ClassifiedTableTest::classified);

    JsonNode answer =
        Calls.post(
            "/v1/classify", "{\"model\": \"%s\", \"input\": \"good\"}".formatted(StubEngine.BASE));

    assertThat(answer.at("/data/0/label").asText()).isEqualTo("pos");
    assertThat(answer.at("/data/0/num_classes").asInt()).isEqualTo(2);
  }

  /** The engine's answer is what {@code answer} makes of a text. */
  private void classifies(Function<String, JsonObject> answer) {
    engine.script =
        (path, body) -> {
          if (!path.equals("/classify")) {
            return null;
          }
          JsonArray data = new JsonArray().add(answer.apply(body.getString("input")));
          return CompletableFuture.completedFuture(
              new Reply(200, new JsonObject().put("data", data)));
        };
  }

  /** As our engine does it: pieces of the instruction have labels as well. */
  private static JsonObject tagged(String input) {
    JsonArray tokens = new JsonArray();
    Matcher piece = Pattern.compile("\\S+").matcher(input);
    while (piece.find()) {
      String text = piece.group();
      boolean asked = piece.start() > input.lastIndexOf('\n');
      String label = text.equals("Ann") ? "B-PER" : text.equals("Lee") ? "I-PER" : "O";
      tokens.add(
          new JsonObject()
              .put("start", input.codePointCount(0, piece.start()))
              .put("end", input.codePointCount(0, piece.end()))
              .put("text", text)
              .put("label", asked ? label : "B-PER")
              .put("score", 0.9));
    }
    return new JsonObject()
        .put("index", 0)
        .putNull("label")
        .put("probs", new JsonArray())
        .put("num_classes", 3)
        .put("tokens", tokens);
  }

  private static JsonObject classified(String input) {
    boolean good = input.equals("good");
    return new JsonObject()
        .put("index", 0)
        .put("label", good ? "pos" : "neg")
        .put("probs", new JsonArray().add(good ? 0.75 : 0.25).add(good ? 0.25 : 0.75))
        .put("num_classes", 2);
  }

  private static String create(String body) {
    return Calls.post("/v1/predictions", body).path("id").asText();
  }
}
