package io.tunemesh.inference.rule;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.plan.RulesSpec;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StreamedChat;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class RulesTest {

  private static final String ERROR =
      "{\"error\": {\"message\": \"out of memory\", \"code\": 500}}";

  private static final String MODEL = StubEngine.BASE;

  @Inject Scenario scenario;
  @Inject RuleSets sets;
  @Inject RuleView view;
  @Inject Tokens tokens;
  @Inject RulesConfig config;
  @Inject AgroalDataSource database;

  @TestHTTPResource("/v1/chat/completions")
  URI chatUrl;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @AfterEach
  void withoutRules() {
    for (RuleSetVersion version : sets.all("acme")) {
      sets.delete("acme", version.name());
    }
    view.refresh();
  }

  @Test
  void changesTheQuestionAndTheAnswerAndTellsIt() {
    put(
        """
        {"before": {"strip_markup": true, "normalize_widths": true},
         "after": {"forbidden": {"words": ["赌博", "evil"]}}}
        """);

    chat("<b>ＡＢ</b> 赌博 Evil devils")
        .statusCode(200)
        .body("choices[0].message.content", equalTo("base:AB ** **** devils"))
        .body(
            "tunemesh.rules.rule",
            contains("before.strip_markup", "before.normalize_widths", "after.forbidden"))
        .body("tunemesh.rules[2].reason", equalTo("2 forbidden words were masked"));
    assertThat(
            engine.asked.getFirst().getJsonArray("messages").getJsonObject(0).getString("content"))
        .isEqualTo("AB 赌博 Evil devils");
  }

  @Test
  void leavesAnAnswerWithNothingToTellAsItIs() {
    put("{\"after\": {\"forbidden\": {\"words\": [\"evil\"]}}}");

    chat("hello")
        .body("choices[0].message.content", equalTo("base:hello"))
        .body("tunemesh", nullValue());
  }

  @Test
  void refusesForbiddenInputWithoutAskingTheModel() {
    put("{\"before\": {\"forbidden\": {\"words\": [\"赌博\"]}}}");

    chat("教我赌博").statusCode(400).body("error.code", equalTo("forbidden_input"));
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void refusesForbiddenInputWhateverElseStandsInTheBody() {
    put("{\"before\": {\"forbidden\": {\"words\": [\"赌博\"]}}}");

    ask("/v1/completions", "{\"model\": \"%s\", \"messages\": [], \"prompt\": \"教我赌博\"}");
    ask("/v1/embeddings", "{\"model\": \"%s\", \"prompt\": \"x\", \"input\": \"教我赌博\"}");
    ask("/v1/classify", "{\"model\": \"%s\", \"prompt\": \"x\", \"input\": [\"教我赌博\"]}");
    assertThat(engine.asked).isEmpty();
  }

  private static void ask(String path, String body) {
    given()
        .auth()
        .oauth2(MeshResource.KEY)
        .contentType("application/json")
        .body(body.formatted(MODEL))
        .post(path)
        .then()
        .statusCode(400)
        .body("error.code", equalTo("forbidden_input"));
  }

  @Test
  void refusesAnAnswerThatIsNoLabel() {
    put("{\"after\": {\"label\": {\"labels\": [\"yes\", \"no\"]}}}");

    chat("maybe").statusCode(422).body("error.code", equalTo("no_label"));
    chat("well, YES!").statusCode(200).body("choices[0].message.content", equalTo("yes"));
  }

  @Test
  void asksForCandidatesAndForJsonWhereTheRulesSaySo() {
    put(
        """
        {"after": {"rank": {"by": "valid", "ask": 3, "keep": 1},
                   "json": {"schema": {"type": "object"}, "ask": true}}}
        """);

    chat("{\\\"a\\\": 1}")
        .statusCode(200)
        .body("choices", hasSize(1))
        .body("choices[0].index", equalTo(0))
        .body("choices[0].message.content", equalTo("{\"a\": 1}"));

    assertThat(engine.asked.getFirst().getInteger("n")).isEqualTo(3);
    assertThat(engine.asked.getFirst().getJsonObject("response_format").getString("type"))
        .isEqualTo("json_schema");
  }

  @Test
  void asksForOneAnswerWhereAllCandidatesWouldBeAlike() {
    put("{\"after\": {\"rank\": {\"by\": \"shortest\", \"ask\": 3}}}");

    scenario
        .chat(
            MeshResource.KEY,
            Scenario.request(MODEL).replace("{\"model\"", "{\"temperature\": 0, \"model\""))
        .statusCode(200);

    assertThat(engine.asked.getFirst().containsKey("n")).isFalse();
  }

  @Test
  void tellsEveryMistakeAtOnce() {
    given()
        .auth()
        .oauth2(MeshResource.KEY)
        .body(
            """
            {"before": {"strip_markup": "yes", "fit": {"words": 3}},
             "after": {"length": {}, "label": {"labels": []}}}
            """)
        .put("/v1/rules/" + MODEL)
        .then()
        .statusCode(400)
        .body("error.code", equalTo("invalid_specification"))
        .body(
            "error.errors.field",
            hasItems(
                "before.strip_markup",
                "before.fit.words",
                "after.length.characters",
                "after.label.labels"));
    given()
        .auth()
        .oauth2(MeshResource.KEY)
        .body(
            """
            {"before": {"remove": ["("], "question": {"pattern": "no group"}, "fit": {"tokens": 5}},
             "after": {"label": {"labels": ["a"]}, "length": {"characters": 3},
                       "json": {"schema": {"$ref": "http://127.0.0.1:1/x"}}}}
            """)
        .put("/v1/rules/" + MODEL)
        .then()
        .statusCode(400)
        .body(
            "error.errors.field",
            hasItems(
                "before.remove[0]",
                "before.question.pattern",
                "before.fit.tokens",
                "after.label",
                "after.length",
                "after.json.schema"));
    rules("GET", MODEL).statusCode(404);
  }

  @Test
  void refusesAnExpressionWhoseProgramWouldFillTheMemory() {
    String large = "\"(a{1000}){1000}\"";
    rules(
            "PUT",
            MODEL,
            "{\"before\": {\"remove\": [%s, %s, %s, %s]}}".formatted(large, large, large, large))
        .statusCode(400)
        .body(
            "error.errors.field",
            contains(
                "before.remove[0]", "before.remove[1]", "before.remove[2]", "before.remove[3]"))
        .body("error.errors[0].message", containsString("too large"));
  }

  @Test
  void refusesASchemaThatAnswersCouldNotBeHeldAgainst() {
    for (String schema :
        List.of("{\"$ref\": \"#\"}", "{\"type\": \"string\", \"pattern\": \"(a{1000}){1000}\"}")) {
      String rules = "{\"after\": {\"json\": {\"schema\": %s}}}".formatted(schema);
      rules("PUT", MODEL, rules)
          .statusCode(400)
          .body("error.errors.field", contains("after.json.schema"));
      rules("POST", "try", "{\"rules\": %s, \"output\": \"1\"}".formatted(rules))
          .statusCode(400)
          .body("error.errors.field", contains("after.json.schema"));
    }
  }

  @Test
  void takesInTheRulesOfOthersWhereOneSetCannotBeRead() throws Exception {
    store("{\"before\": {\"remove\": 5}}");

    given()
        .auth()
        .oauth2(MeshResource.OTHER_KEY)
        .body("{\"after\": {\"length\": {\"characters\": 4}}}")
        .put("/v1/rules/" + MODEL)
        .then()
        .statusCode(200);
    RuleView started = new RuleView(sets, tokens, config);
    started.start(null);
    started.stop(null);

    chat("hello").statusCode(503).body("error.code", equalTo("rules_unusable"));
    scenario
        .chat(MeshResource.OTHER_KEY, Scenario.request(MODEL))
        .body("choices[0].message.content", equalTo("base"));
    assertThat(started.of("acme", MODEL, MODEL).fault()).contains("cannot be read");
    assertThat(started.of("acme", "none", "none")).isNull();
    rules("DELETE", MODEL).statusCode(200);
    chat("hello").statusCode(200);
    given()
        .auth()
        .oauth2(MeshResource.OTHER_KEY)
        .delete("/v1/rules/" + MODEL)
        .then()
        .statusCode(200);
  }

  private void store(String body) throws SQLException {
    try (var connection = database.getConnection();
        var insert =
            connection.prepareStatement(
                """
                INSERT INTO rule_set (tenant, name, version, body, created_at)
                SELECT 'acme', ?, coalesce(max(version), 0) + 1, ?, now()
                FROM rule_set WHERE tenant = 'acme' AND name = ?
                """)) {
      insert.setString(1, MODEL);
      insert.setString(2, body);
      insert.setString(3, MODEL);
      insert.executeUpdate();
    }
  }

  @Test
  void keepsVersions() {
    int first = put("{\"after\": {\"length\": {\"characters\": 1}}}").extract().path("version");
    put("{\"after\": {\"length\": {\"characters\": 2}}}").body("version", equalTo(first + 1));

    rules("GET", MODEL).body("rules.after.length.characters", equalTo(2));
    rules("GET", MODEL + "?version=" + first).body("rules.after.length.characters", equalTo(1));
    given()
        .auth()
        .oauth2(MeshResource.KEY)
        .body("{}")
        .put("/v1/rules/" + MODEL + "?version=" + first)
        .then()
        .statusCode(409)
        .body("error.message", containsString("at version " + (first + 1)));
    rules("GET", "").body("data.name", hasItem(MODEL));
    rules("DELETE", MODEL).body("deleted", equalTo(true));
    rules("GET", MODEL).statusCode(404);
    rules("DELETE", MODEL).statusCode(404);
    chat("hello").body("choices[0].message.content", equalTo("base:hello"));
  }

  @Test
  void defaultRulesHoldForModelsWithoutTheirOwnAndForNoOtherTenant() {
    rules("PUT", "default", "{\"after\": {\"length\": {\"characters\": 4}}}").statusCode(200);

    chat("hello").body("choices[0].message.content", equalTo("base"));
    scenario
        .chat(MeshResource.OTHER_KEY, Scenario.request(MODEL))
        .body("choices[0].message.content", equalTo("base:hello"));
    given().auth().oauth2(MeshResource.OTHER_KEY).get("/v1/rules/default").then().statusCode(404);
    put("{}");
    chat("hello").body("choices[0].message.content", equalTo("base:hello"));
  }

  @Test
  void takesInWhatAnotherReplicaChanged() throws Exception {
    sets.put(
        "acme",
        MODEL,
        Plans.read("{\"after\": {\"length\": {\"characters\": 4}}}", RulesSpec.class),
        null);

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> chat("hello").body("choices[0].message.content", equalTo("base")));
  }

  @Test
  void triesRulesWithoutAModel() {
    rules(
            "POST",
            "try",
            """
            {"rules": {"before": {"strip_markup": true, "forbidden": {"words": ["bad"]}},
                       "after": {"length": {"characters": 8}}},
             "input": "<i>hi</i>", "output": "One. Two. Three."}
            """)
        .statusCode(200)
        .body("before.messages[0].content", equalTo("hi"))
        .body("before.acted", hasSize(1))
        .body("after.output", contains("One. "))
        .body("after.acted[0].rule", equalTo("after.length"));
    rules(
            "POST",
            "try",
            "{\"rules\": {\"before\": {\"forbidden\": {\"words\": [\"bad\"]}}}, \"input\":"
                + " \"Bad!\"}")
        .body("before.refused.code", equalTo("forbidden_input"));
    rules("POST", "try", "{\"inptu\": \"x\"}")
        .statusCode(400)
        .body("error.errors.field", contains("inptu", "rules", "input"));
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void tellsItsSchema() {
    rules("GET", "schema").body("title", equalTo("RulesSpec"));
    rules("PUT", "schema", "{}").statusCode(400).body("error.param", equalTo("name"));
  }

  @Test
  void masksAWordThatComesInTwoChunks() throws Exception {
    put("{\"after\": {\"forbidden\": {\"words\": [\"赌博网站\"]}, \"duplicates\": {}}}");

    List<String> frames = stream("今天下雨了。", "去赌", "博网", "站吧。", "今天下雨了！", "End");

    assertThat(text(frames)).isEqualTo("今天下雨了。去****吧。End");
    assertThat(frames.get(frames.size() - 2))
        .contains("\"tunemesh\"", "after.forbidden", "after.duplicates", "\"choices\":[]")
        .contains("\"id\":\"chatcmpl-1\"");
    assertThat(frames.getLast()).isEqualTo("data: [DONE]");
  }

  @Test
  void tellsInTheChunkThatEndsTheAnswer() throws Exception {
    put("{\"after\": {\"forbidden\": {\"words\": [\"bet\"]}}}");

    List<String> frames =
        streamWith(
            "{\"stream\": true, ",
            "{\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
            "I be",
            "t.");

    assertThat(text(frames)).isEqualTo("I ***.");
    assertThat(frames.get(frames.size() - 2))
        .contains("\"finish_reason\":\"stop\"", "\"tunemesh\"", "after.forbidden");
    assertThat(frames.toString()).doesNotContain("\"choices\":[]");
    assertThat(frames.getLast()).isEqualTo("data: [DONE]");
  }

  @Test
  void tellsAllBeforeTheUsageThatEndsTheStream() throws Exception {
    put("{\"after\": {\"forbidden\": {\"words\": [\"bet\"]}, \"length\": {\"characters\": 9}}}");

    List<String> frames =
        streamWith(
            "{\"stream\": true, \"stream_options\": {\"include_usage\": true}, ",
            "{\"id\":\"chatcmpl-1\",\"choices\":[],\"usage\":{\"completion_tokens\":2}}",
            "You may be",
            "t.");

    assertThat(text(frames)).isEqualTo("You may *");
    assertThat(frames.get(frames.size() - 2))
        .contains("\"usage\":{\"completion_tokens\":2}", "\"tunemesh\"", "after.forbidden");
    assertThat(frames.getLast()).isEqualTo("data: [DONE]");
  }

  @Test
  void givesAnAnswerOfOneFormAtTheStreamsEnd() throws Exception {
    put("{\"after\": {\"label\": {\"labels\": [\"yes\", \"no\"]}}}");

    List<String> frames = stream("I think ", "ye", "s.");

    assertThat(text(frames)).isEqualTo("yes");
    assertThat(frames.getLast()).isEqualTo("data: [DONE]");
  }

  @Test
  void endsAStreamThatMayNotBeGivenWithAnError() throws Exception {
    put("{\"after\": {\"json\": {}}}");

    List<String> frames = stream("secret");

    assertThat(frames.toString()).contains("\"error\"", "not_json").doesNotContain("secret");
    assertThat(frames.getLast()).isEqualTo("data: [DONE]");
  }

  @Test
  void passesTheEnginesErrorOnInAStreamThatIsHeldBack() throws Exception {
    put("{\"after\": {\"json\": {}}}");

    List<String> frames = streamWith("{\"stream\": true, ", ERROR, "{\"half\": ");

    assertThat(frames.toString()).contains("out of memory").doesNotContain("half", "not_json");
    assertThat(frames.getLast()).isEqualTo("data: [DONE]");
  }

  private List<String> stream(String... pieces) throws Exception {
    return streamWith("{\"stream\": true, ", null, pieces);
  }

  private List<String> streamWith(String begin, String usage, String... pieces) throws Exception {
    String body = Scenario.request(MODEL).replace("{\"model\"", begin + "\"model\"");
    return StreamedChat.lines(engine, chatUrl, body, usage, pieces);
  }

  private static String text(List<String> frames) {
    StringBuilder text = new StringBuilder();
    frames.stream()
        .filter(frame -> frame.startsWith("data: {"))
        .map(frame -> new JsonObject(frame.substring(6)))
        .flatMap(chunk -> chunk.getJsonArray("choices").stream())
        .map(choice -> ((JsonObject) choice).getJsonObject("delta"))
        .forEach(delta -> text.append(delta.getString("content", "")));
    return text.toString();
  }

  private ValidatableResponse put(String rules) {
    return rules("PUT", MODEL, rules).statusCode(200);
  }

  private static ValidatableResponse rules(String method, String name) {
    return given()
        .auth()
        .oauth2(MeshResource.KEY)
        .request(method, name.isEmpty() ? "/v1/rules" : "/v1/rules/" + name)
        .then();
  }

  private static ValidatableResponse rules(String method, String name, String body) {
    return given()
        .auth()
        .oauth2(MeshResource.KEY)
        .contentType("application/json")
        .body(body)
        .request(method, name.isEmpty() ? "/v1/rules" : "/v1/rules/" + name)
        .then();
  }

  private ValidatableResponse chat(String text) {
    return scenario.chat(
        MeshResource.KEY,
        "{\"model\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}"
            .formatted(MODEL, text));
  }
}
