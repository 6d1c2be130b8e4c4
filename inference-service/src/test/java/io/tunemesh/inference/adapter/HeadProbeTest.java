package io.tunemesh.inference.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.adapter.AdapterRefused;
import io.tunemesh.contract.adapter.AdapterServing;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngine.Reply;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class HeadProbeTest {

  private static final String LABEL =
      "{'input': 'I like it', 'expected': 'good', 'probability': 0.8, 'tolerance': 0.01}";
  private static final String NUMBER = "{'input': 'I like it', 'expected': 4.5, 'tolerance': 0.01}";
  private static final String TAGS = "{'input': 'in Oslo', 'expected': ['O', null, 'B-LOC']}";

  @Inject Mesh mesh;
  @Inject Scenario scenario;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        LABEL + "| {'label': 'good', 'probs': [0.194, 0.806]}",
        "{'input': 'I like it', 'expected': 'good'} | {'label': 'good', 'probs': [0.4, 0.6]}",
        NUMBER + "| {'label': '4.491', 'probs': [4.491]}",
        TAGS + "| {'label': null, 'tokens': [{'label': 'O'}, {'label': 'X'}, {'label': 'B-LOC'}]}"
      })
  void servesAHeadThatSaysWhatItSaidInTraining(String probe, String said) {
    says(said);

    AdapterPublished published =
        scenario.serves(probed("same", "[%s, %s]".formatted(probe, probe)));

    AdapterServing serving = mesh.awaited(AdapterServing.class, published.adapterId());
    assertThat(serving.probes()).isEqualTo(2);
    JsonObject question = engine.asked.getFirst();
    assertThat(question.getString("input")).isEqualTo(json(probe).getString("input"));
    assertThat(question.getString("model")).startsWith(published.model());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        LABEL
            + "| {'label': 'bad', 'probs': [0.8, 0.2]}"
            + "| training said 'good' and the engine says 'bad'",
        LABEL + "| {'label': null} | training said 'good' and the engine says null",
        LABEL
            + "| {'label': 'good', 'probs': [0.22, 0.78]}"
            + "| training gave 'good' the probability 0.8 and the engine gives it 0.78",
        NUMBER
            + "| {'label': '4.52', 'probs': [4.52]}"
            + "| training said 4.5 and the engine says 4.52",
        NUMBER + "| {'label': '4.5'} | training said 4.5 and the engine says nothing",
        TAGS
            + "| {'tokens': [{'label': 'O'}, {'label': 'O'}, {'label': 'B-PER', 'text': 'Oslo'}]}"
            + "| at piece 3, 'Oslo', training said 'B-LOC' and the engine says 'B-PER'",
        TAGS
            + "| {'tokens': [{'label': 'O'}, {'label': 'O'}]}"
            + "| training saw 3 pieces in the text and the engine sees 2",
        TAGS + "| {'label': 'O'} | training saw 3 pieces in the text and the engine sees 0"
      })
  void refusesAHeadThatSaysSomethingElseAndUnloadsIt(String probe, String said, String why) {
    says(said);

    AdapterRefused refused = scenario.refusal(probed("differs", "[" + probe + "]"));

    assertThat(refused.code()).isEqualTo("answers_differ");
    assertThat(refused.reason())
        .startsWith("probe 1 of 1 is answered differently than in training: ")
        .contains(why.replace('\'', '"'));
    assertThat(engine.loads(refused.model())).isEqualTo(1);
    assertThat(engine.holds(refused.model())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{'input': 'x'}]",
        "[{'input': 'x', 'expected': {}}]",
        "[{'input': null, 'expected': 1}]",
        "[{'expected': 'x'}]",
        "[null]"
      })
  void refusesProbesThatCannotBeCompared(String probes) {
    AdapterRefused refused = scenario.refusal(probed("unclear", probes));

    assertThat(refused.code()).isEqualTo("probes_invalid");
    assertThat(engine.loads(refused.model())).isZero();
  }

  @Test
  void triesAgainWhenTheEngineFailsOverAProbe() {
    CompletableFuture<Boolean> failed = new CompletableFuture<>();
    engine.script =
        (path, body) ->
            !path.equals("/classify")
                ? null
                : CompletableFuture.completedFuture(
                    failed.complete(true)
                        ? new Reply(503, new JsonObject())
                        : reply("{'label': 'good', 'probs': [0.2, 0.8]}"));

    scenario.serves(probed("again", "[" + LABEL + "]"));

    assertThat(engine.asked).hasSize(2);
  }

  private void says(String row) {
    engine.script =
        (path, body) ->
            path.equals("/classify") ? CompletableFuture.completedFuture(reply(row)) : null;
  }

  private static Reply reply(String row) {
    return new Reply(200, new JsonObject().put("data", new JsonArray().add(json(row))));
  }

  private static JsonObject json(String text) {
    return new JsonObject(text.replace('\'', '"'));
  }

  private AdapterPublished probed(String suffix, String probes) {
    AdapterPublished whole = scenario.sentLater(suffix);
    return new AdapterPublished(
        whole.adapterId(),
        whole.jobId(),
        whole.model(),
        whole.baseModel(),
        whole.kind(),
        whole.files(),
        mesh.put(whole.adapterId() + "/head-probes.json", probes.replace('\'', '"')),
        whole.serve());
  }
}
