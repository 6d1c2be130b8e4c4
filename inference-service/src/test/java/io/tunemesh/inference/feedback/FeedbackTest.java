package io.tunemesh.inference.feedback;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.feedback.FeedbackAccepted;
import io.tunemesh.contract.feedback.FeedbackGiven;
import io.tunemesh.contract.feedback.FeedbackRefused;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.inference.completion.Turns;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.Ingest;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Script;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.inference.turn.Asker;
import io.tunemesh.inference.turn.Source;
import io.tunemesh.inference.turn.Turn;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.testing.MeshResource;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.eclipse.microprofile.config.ConfigProvider;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class FeedbackTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Ingest ingest;
  @Inject EntityManager entities;
  @Inject BlobStore blobs;
  @Inject AgroalDataSource database;
  @Inject KeptAnswers kept;
  @Inject Turns turns;
  @Inject FeedbackExports exports;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  void begin() {
    engine.behave();
    Script.chats(engine, question -> Script.says("the answer"));
    QuarkusTransaction.requiringNew().run(() -> Feedback.deleteAll());
  }

  @AfterEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void becomesAFileThatADatasetTakesIn() {
    String liked = ask("Say it.", true).path("id");
    String mended = ask("Say it well.", true).path("id");
    JsonNode thumb = give("{\"completion_id\": \"%s\", \"rating\": \"up\"}", liked);
    give("{\"completion_id\": \"%s\", \"corrected\": \"better\", \"comment\": \"dull\"}", mended);

    JsonNode export = Calls.post("/v1/feedback/export", "");

    Ingest.Taken file = ingest.takesIn(exportName());
    assertThat(file.id()).isEqualTo(export.path("file_id").asText());
    assertThat(file.request().purpose()).isEqualTo("fine-tune");
    assertThat(file.request().recipe()).isEqualTo("messages");
    assertThat(file.request().blob().key()).startsWith("incoming/acme/");
    List<JsonNode> lines = file.text().lines().map(Calls::json).toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).path("messages").toString())
        .isEqualTo(
            "[{\"role\":\"user\",\"content\":\"Say it.\"},"
                + "{\"role\":\"assistant\",\"content\":\"the answer\"}]");
    assertThat(lines.get(0).path("completion_id").asText()).isEqualTo(liked);
    assertThat(lines.get(0).path("feedback_id").asText()).isEqualTo(thumb.path("id").asText());
    assertThat(lines.get(1).at("/messages/1/content").asText()).isEqualTo("better");
    assertThat(lines.get(1).path("rating").asText()).isEqualTo("down");
    assertThat(export.path("examples").asInt()).isEqualTo(2);
    assertThat(
            Calls.get("/v1/feedback/" + thumb.path("id").asText())
                .path("exported_file_id")
                .asText())
        .isEqualTo(file.id());
    assertThat(Calls.refused(400, "/v1/feedback/export", "{}").path("code").asText())
        .isEqualTo("nothing_to_export");
  }

  @Test
  void keepsTheFunctionsOfTheQuestion() {
    String tools =
        "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}]";
    ObjectNode question = body("Call.", true);
    question.set("tools", Calls.json(tools));
    String served = ask(question).path("id");
    give("{\"completion_id\": \"%s\", \"rating\": \"up\"}", served);
    Calls.post(
        "/v1/feedback",
        """
        {"completion_id": "chatcmpl-elsewhere", "rating": "up", "answer": "yes",
         "messages": [{"role": "user", "content": "well?"}], "tools": %s}
        """
            .formatted(tools));

    Calls.post("/v1/feedback/export", "");

    assertThat(ingest.takesIn(exportName()).text().lines().map(Calls::json))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line.path("tools").toString()).isEqualTo(tools));
  }

  @Test
  void takesAToolWithoutATypeForAFunctionAndAnEmptyListForNone() {
    String sent =
        """
        {"completion_id": "%s", "rating": "up", "answer": "yes",
         "messages": [{"role": "user", "content": "well?"}], "tools": %s}
        """;
    String function = "{\"function\":{\"name\":\"f\"}}";
    Calls.post(
        "/v1/feedback",
        sent.formatted("chatcmpl-one", "[%s, {\"type\": \"file_search\"}]".formatted(function)));
    Calls.post("/v1/feedback", sent.formatted("chatcmpl-none", "[]"));

    Calls.post("/v1/feedback/export", "");

    assertThat(ingest.takesIn(exportName()).text().lines().map(Calls::json))
        .extracting(line -> line.path("tools").toString())
        .containsExactly("[%s]".formatted(function), "");
  }

  @Test
  void writesOfAnAnswerThatCameBackOnlyWhatADatasetReads() {
    ObjectNode question = body("Say it.", true);
    ArrayNode messages = (ArrayNode) question.get("messages");
    messages.add(
        Calls.json(
            """
            {"role": "assistant", "content": "first", "refusal": null, "function_call": null, "tool_calls": null,
             "annotations": [{"type": "file_citation"}], "audio": null, "reasoning_content": "Hm."}
            """));
    messages.addObject().put("role", "user").put("content", "And?");
    String completion = ask(question).path("id");
    give("{\"completion_id\": \"%s\", \"rating\": \"up\"}", completion);

    Calls.post("/v1/feedback/export", "");

    assertThat(Calls.json(ingest.takesIn(exportName()).text()).at("/messages/1"))
        .isEqualTo(Calls.json("{\"role\": \"assistant\", \"content\": \"first\"}"));
  }

  @Test
  void isLostByNoFileThatCannotBeTakenIn() {
    String completion = ask("Say it.", true).path("id");
    JsonNode thumb = give("{\"completion_id\": \"%s\", \"rating\": \"up\"}", completion);
    String feedback = "/v1/feedback/" + thumb.path("id").asText();

    assertThat(
            Calls.refused(400, "/v1/feedback/export", "{\"run\": \"June feedback\"}")
                .path("code")
                .asText())
        .isEqualTo("invalid_run");
    String file = Calls.post("/v1/feedback/export", "{\"run\": \"june\"}").path("file_id").asText();
    assertThat(Calls.get(feedback).path("exported_file_id").asText()).isEqualTo(file);
    mesh.send(
        UUID.randomUUID().toString(),
        "acme",
        new UploadRejected(file, "f.jsonl", "unreadable", "It cannot be read.", null, null, null));

    await().atMost(SOON).until(() -> Calls.get(feedback).path("exported_file_id").isNull());
    assertThat(Calls.post("/v1/feedback/export", "").path("examples").asInt()).isEqualTo(1);
  }

  @Test
  void isInOneFileHoweverOftenItIsGiven() {
    String completion = ask("Say it.", true).path("id");
    String thumb = "{\"completion_id\": \"%s\", \"rating\": \"up\"}";
    give(thumb, completion);
    Calls.post("/v1/feedback/export", "");

    give(thumb, completion);

    assertThat(Calls.refused(400, "/v1/feedback/export", "{}").path("code").asText())
        .isEqualTo("nothing_to_export");
    give("{\"completion_id\": \"%s\", \"corrected\": \"better\"}", completion);
    assertThat(Calls.post("/v1/feedback/export", "").path("examples").asInt()).isEqualTo(1);
  }

  @Test
  void neverShowsTheEngineThatAnAnswerIsKept() {
    ask("Say it.", true);

    assertThat(engine.asked.getFirst().containsKey("store")).isFalse();
  }

  @Test
  void keepsNothingThatNobodyAskedToKeep() {
    String completion = ask("Say it.", false).path("id");

    JsonNode error =
        Calls.refused(
            404,
            "/v1/feedback",
            "{\"completion_id\": \"%s\", \"rating\": \"up\"}".formatted(completion));

    assertThat(error.path("code").asText()).isEqualTo("completion_unknown");
    assertThat(error.path("message").asText()).contains("store");
    assertThat(rows("kept_answer", "completion_id", completion)).isZero();
  }

  @Test
  void takesAQuestionThatTheClientSendsAlong() {
    JsonNode feedback =
        Calls.post(
            "/v1/feedback",
            """
            {"completion_id": "chatcmpl-elsewhere", "rating": "up", "model": "m", "answer": "yes",
             "messages": [{"role": "user", "content": "well?"}]}
            """);

    assertThat(feedback.path("model").asText()).isEqualTo("m");
    Calls.post("/v1/feedback/export", "{\"model\": \"m\"}");
    assertThat(ingest.takesIn(exportName()).text()).contains("\"yes\"").contains("well?");
  }

  @Test
  void keepsACompletionWhosePromptIsText() {
    JsonObject said = new JsonObject().put("id", "cmpl-1").put("object", "text_completion");
    said.put(
        "choices", new JsonArray().add(new JsonObject().put("index", 0).put("text", "lives.")));
    engine.script =
        (path, body) -> CompletableFuture.completedFuture(new StubEngine.Reply(200, said));
    String completion = "cmpl-" + UUID.randomUUID();
    said.put("id", completion);
    Calls.post(
        "/v1/completions",
        "{\"model\": \"%s\", \"prompt\": \"Once there\", \"store\": true}"
            .formatted(StubEngine.BASE));

    give("{\"completion_id\": \"%s\", \"rating\": \"up\"}", completion);

    Calls.post("/v1/feedback/export", "");
    assertThat(Calls.json(ingest.takesIn(exportName()).text()).path("messages").toString())
        .isEqualTo(
            "[{\"role\":\"user\",\"content\":\"Once there\"},"
                + "{\"role\":\"assistant\",\"content\":\"lives.\"}]");
  }

  @Test
  void keepsTheAnswerToARowThatAsksForIt() throws Exception {
    ObjectNode stored = body("Say it.", true);
    Turn turn = Turn.of(new Asker("acme", "k", null), Api.CHAT, Source.BATCH, stored);
    Turn other =
        Turn.of(new Asker("acme", "k", null), Api.CHAT, Source.BATCH, body("Say it.", false));

    String completion = turns.ask(turn).path("id").asText();
    turns.ask(other);

    give("{\"completion_id\": \"%s\", \"rating\": \"up\"}", completion);
    assertThat(found("acme", other.id())).isEmpty();
  }

  @Test
  void namesAnAnswerByItsTurnToo() {
    Response answer = ask("Say it.", true);

    JsonNode feedback =
        give("{\"completion_id\": \"%s\", \"rating\": \"down\"}", answer.header("x-request-id"));

    assertThat(feedback.path("completion_id").asText()).isEqualTo(answer.<String>path("id"));
    assertThat(Calls.refused(400, "/v1/feedback/export", "").path("code").asText())
        .isEqualTo("nothing_to_export");
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void keepsWhatWasStreamed(HttpClient.Version version) throws Exception {
    engine.behave();
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    ConfigProvider.getConfig().getValue("test.url", String.class)
                        + "/v1/chat/completions"))
            .header("Authorization", "Bearer " + MeshResource.KEY)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body("Say it.", true).put("stream", true).toString()))
            .build();
    try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
      CompletableFuture<HttpResponse<String>> answer =
          client.sendAsync(request, BodyHandlers.ofString());
      await().atMost(SOON).until(() -> engine.openStreams() == 1);
      engine.frame("bit ");
      engine.frame("by bit");
      engine.endStream();
      String turn = answer.get().headers().firstValue("x-request-id").orElseThrow();
      assertThat(answer.get().body()).contains("bit ").contains("[DONE]");

      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(found("acme", turn).map(KeptAnswers.Kept::answer))
                      .contains("{\"role\":\"assistant\",\"content\":\"bit by bit\"}"));
    }
  }

  @Test
  void keepsAllButWhatFeedbackCannotNameOrTheDatabaseRefuses() {
    Turn unnamed = keep("bad\0id", "m");
    Turn refused = keep("chatcmpl-refused", "bad\0model");
    Turn good = keep("chatcmpl-good", "m");

    await().atMost(SOON).untilAsserted(() -> assertThat(found("acme", good.id())).isPresent());
    assertThat(found("acme", unnamed.id())).isEmpty();
    assertThat(found("acme", refused.id())).isEmpty();
  }

  @Test
  void isTakenOfAnAnswerWhoseTurnEndsAMomentLater() throws Exception {
    String completion = "chatcmpl-" + UUID.randomUUID();
    Turn turn = turn("m");
    Exchange exchange = answered(completion);
    kept.begins(turn, exchange);
    FutureTask<Optional<KeptAnswers.Kept>> asking =
        new FutureTask<>(() -> found("acme", completion));
    Thread asker = Thread.ofPlatform().start(asking);
    await()
        .atMost(SOON)
        .until(() -> asking.isDone() || asker.getState() == Thread.State.TIMED_WAITING);

    kept.keep(turn, exchange);
    kept.ended(turn);

    assertThat(asking.get()).isPresent();
  }

  @Test
  void ofAnUnknownAnswerTakesNoOtherAnswerBack() {
    Turn kept = keep("chatcmpl-" + UUID.randomUUID(), "m");
    Calls.refused(
        404, "/v1/feedback", "{\"completion_id\": \"chatcmpl-unknown\", \"rating\": \"up\"}");

    assertThat(found("acme", kept.id())).isPresent();
  }

  private Optional<KeptAnswers.Kept> found(String tenant, String id) {
    kept.settle(tenant, id);
    return kept.find(tenant, id);
  }

  private Turn keep(String completion, String model) {
    Turn turn = turn(model);
    kept.keep(turn, answered(completion));
    return turn;
  }

  private static Turn turn(String model) {
    Turn turn =
        Turn.of(
            new Asker("acme", "k", null),
            Api.CHAT,
            Source.HTTP,
            Json.MAPPER.createObjectNode().put("model", "asked"));
    turn.answerWith(model);
    return turn;
  }

  private static Exchange answered(String completion) {
    Exchange exchange = new Exchange(Json.MAPPER.createArrayNode(), null);
    ObjectNode answer = Json.MAPPER.createObjectNode().put("id", completion);
    answer.putArray("choices").addObject().putObject("message").put("content", "yes");
    exchange.answered(answer);
    return exchange;
  }

  @Test
  void isAnotherTenantsSecret() {
    String completion = ask("Say it.", true).path("id");
    JsonNode feedback = give("{\"completion_id\": \"%s\", \"rating\": \"up\"}", completion);

    assertThat(Calls.status(MeshResource.OTHER_KEY, "/v1/feedback/" + feedback.path("id").asText()))
        .isEqualTo(404);
    assertThat(
            Calls.sent(
                    MeshResource.OTHER_KEY,
                    "/v1/feedback",
                    "{\"completion_id\": \"%s\", \"rating\": \"up\"}".formatted(completion))
                .statusCode())
        .isEqualTo(404);
    assertThat(Calls.sent(MeshResource.OTHER_KEY, "/v1/feedback/export", "").statusCode())
        .isEqualTo(400);
  }

  @Test
  void countsOnlyTheLastWordOnACompletion() {
    String completion = ask("Say it.", true).path("id");
    give("{\"completion_id\": \"%s\", \"corrected\": \"first\"}", completion);
    give("{\"completion_id\": \"%s\", \"corrected\": \"second\"}", completion);

    Calls.post("/v1/feedback/export", "");

    assertThat(ingest.takesIn(exportName()).text()).contains("second").doesNotContain("first");
  }

  @Test
  void comesByEventOnce() {
    String completion = ask("Say it.", true).path("id");
    String event = UUID.randomUUID().toString();
    ObjectNode body =
        (ObjectNode)
            Calls.json("{\"completion_id\": \"%s\", \"rating\": \"up\"}".formatted(completion));
    mesh.send(event, "acme", new FeedbackGiven("req-f", body));
    mesh.send(event, "acme", new FeedbackGiven("req-f", body));

    String id = Ids.derived("fb-", "acme /test " + event);
    assertThat(mesh.awaited(FeedbackAccepted.class, id))
        .isEqualTo(new FeedbackAccepted(id, "req-f", completion, StubEngine.BASE, "up", false));
    assertThat(Calls.get("/v1/feedback").path("data")).hasSize(1);
  }

  @Test
  void tellsWhyAnEventIsRefused() {
    String event = UUID.randomUUID().toString();
    ObjectNode body = (ObjectNode) Calls.json("{\"completion_id\": \"x\", \"rating\": \"up\"}");
    mesh.send(event, "acme", new FeedbackGiven("req-f", body));

    String id = Ids.derived("fb-", "acme /test " + event);
    FeedbackRefused refused = mesh.awaited(FeedbackRefused.class, id);
    assertThat(refused.code()).isEqualTo("completion_unknown");
    assertThat(refused.field()).isEqualTo("completion_id");
  }

  @Test
  void forgetsWhatWasKeptForLongEnough() {
    String completion = ask("Say it.", true).path("id");
    assertThat(found("acme", completion)).isPresent();
    QuarkusTransaction.requiringNew()
        .run(
            () ->
                entities
                    .createNativeQuery(
                        "UPDATE kept_answer SET kept_at = now() - interval '8 days'"
                            + " WHERE completion_id = :id")
                    .setParameter("id", completion)
                    .executeUpdate());

    kept.forgetOld();

    assertThat(found("acme", completion)).isEmpty();
  }

  @Test
  void losesNoExampleAndLeavesNoBlobWhenTheFileCannotBeHandedOver() throws IOException {
    String completion = ask("Say it.", true).path("id");
    give("{\"completion_id\": \"%s\", \"rating\": \"up\"}", completion);

    assertThatThrownBy(
            () ->
                QuarkusTransaction.requiringNew()
                    .call(
                        () -> {
                          exports.export(new Scope("acme", null), null, null);
                          throw new IllegalStateException("cut off before the commit");
                        }))
        .hasMessageContaining("cut off");

    List<String> known = notedBlobs();
    assertThat(blobs.list("incoming/acme"))
        .extracting(BlobStore.Stored::key)
        .filteredOn(key -> key.contains("/feedback-"))
        .isNotEmpty()
        .allMatch(known::contains, "is removed some day");
    assertThat(Calls.post("/v1/feedback/export", "").path("examples").asInt()).isEqualTo(1);
  }

  @SuppressWarnings("unchecked")
  private List<String> notedBlobs() {
    return QuarkusTransaction.requiringNew()
        .call(
            () ->
                (List<String>)
                    entities
                        .createNativeQuery(
                            "SELECT blob_key FROM unneeded_blob UNION SELECT blob_key FROM handed_over",
                            String.class)
                        .getResultList());
  }

  @Test
  void becomesAFileByItselfWhenThereIsEnough() {
    String completion = ask("Say it.", true).path("id");
    JsonNode feedback = give("{\"completion_id\": \"%s\", \"rating\": \"up\"}", completion);

    exports.exportDue();

    assertThat(ingest.takesIn(exportName()).text()).contains("Say it.");
    assertThat(
            Calls.get("/v1/feedback/" + feedback.path("id").asText())
                .path("exported_file_id")
                .asText())
        .startsWith("file-");
  }

  @Test
  void waitsForNoExampleThatWasReplaced() {
    String completion = ask("Say it.", true).path("id");
    give("{\"completion_id\": \"%s\", \"rating\": \"up\"}", completion);
    assertThat(due()).contains("acme");

    give("{\"completion_id\": \"%s\", \"rating\": \"down\"}", completion);

    assertThat(due()).doesNotContain("acme");
  }

  @Test
  void makesNoFileByItselfForADayAfterOneWasRefused() {
    String completion = ask("Say it.", true).path("id");
    give("{\"completion_id\": \"%s\", \"rating\": \"up\"}", completion);
    String file = Calls.post("/v1/feedback/export", "").path("file_id").asText();
    mesh.send(
        UUID.randomUUID().toString(),
        "acme",
        new UploadRejected(file, "feedback-1.jsonl", "too_deep", "Too deep.", null, null, null));
    await().atMost(SOON).until(() -> rows("feedback", "exported_file_id", file) == 0);

    assertThat(due()).doesNotContain("acme");

    QuarkusTransaction.requiringNew()
        .run(
            () ->
                entities
                    .createNativeQuery(
                        "UPDATE known_file SET known_at = now() - interval '25 hours'"
                            + " WHERE file_id = :id")
                    .setParameter("id", file)
                    .executeUpdate());
    assertThat(due()).contains("acme");
    assertThat(Calls.post("/v1/feedback/export", "").path("examples").asInt()).isEqualTo(1);
  }

  @Test
  void isFreeAgainIfItsFileWasRefusedByAnEarlierVersion() throws Exception {
    FluentConfiguration flyway =
        Flyway.configure()
            .dataSource(database)
            .schemas("before_refused")
            .locations("classpath:db/platform", "classpath:db/migration");
    flyway.target("48").load().migrate();
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      for (String status : List.of("REJECTED", "PARSED")) {
        statement.execute(
            """
            INSERT INTO before_refused.known_file (file_id, tenant, filename, status, known_at)
            VALUES ('file-%1$s', 'acme', 'feedback-1.jsonl', '%1$s', now());
            INSERT INTO before_refused.feedback (id, tenant, caller, completion_id, model, rating,
              messages, answer, example, exported_file_id, created_at)
            VALUES ('fb-%1$s', 'acme', 'k', 'c-%1$s', 'm', 'UP', '[]', '{}', true, 'file-%1$s', now())
            """
                .formatted(status));
      }
    }

    flyway.target("latest").load().migrate();

    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var free =
            statement.executeQuery(
                "SELECT id FROM before_refused.feedback WHERE exported_file_id IS NULL")) {
      assertThat(free.next()).isTrue();
      assertThat(free.getString("id")).isEqualTo("fb-REJECTED");
      assertThat(free.next()).isFalse();
    }
  }

  private List<String> due() {
    return QuarkusTransaction.requiringNew().call(() -> exports.due());
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    assertThat(Calls.refused(400, "/v1/feedback", "{}").path("param").asText())
        .isEqualTo("completion_id");
    assertThat(
            Calls.refused(
                    400, "/v1/feedback", "{\"completion_id\": \"c\", \"rating\": \"sideways\"}")
                .path("param")
                .asText())
        .isEqualTo("rating");
    assertThat(
            Calls.refused(
                    400,
                    "/v1/feedback",
                    "{\"completion_id\": \"c\", \"rating\": \"up\", \"messages\": [1]}")
                .path("param")
                .asText())
        .isEqualTo("messages");
    assertThat(
            Calls.refused(
                    400,
                    "/v1/feedback",
                    "{\"completion_id\": \"c\", \"rating\": \"up\", \"tools\": 1}")
                .path("param")
                .asText())
        .isEqualTo("tools");
  }

  private String exportName() {
    await().atMost(SOON).until(() -> !exportedNames().isEmpty());
    return exportedNames().getFirst();
  }

  /** The handings over that were not taken in yet. */
  @SuppressWarnings("unchecked")
  private List<String> exportedNames() {
    return QuarkusTransaction.requiringNew()
        .call(
            () ->
                (List<String>)
                    entities
                        .createNativeQuery(
                            "SELECT replace(replace(h.blob_key, 'incoming/acme/', ''), '.jsonl', '')"
                                + " FROM handed_over h JOIN feedback f"
                                + " ON f.exported_file_id = h.file_id",
                            String.class)
                        .getResultList());
  }

  private long rows(String table, String column, String value) {
    return QuarkusTransaction.requiringNew()
        .call(
            () ->
                ((Number)
                        entities
                            .createNativeQuery(
                                "SELECT count(*) FROM %s WHERE %s = :value"
                                    .formatted(table, column))
                            .setParameter("value", value)
                            .getSingleResult())
                    .longValue());
  }

  private static JsonNode give(String body, String completion) {
    return Calls.post("/v1/feedback", body.formatted(completion));
  }

  private static Response ask(String question, boolean store) {
    return ask(body(question, store));
  }

  private static Response ask(ObjectNode body) {
    return given()
        .auth()
        .oauth2(MeshResource.KEY)
        .contentType("application/json")
        .body(body.toString())
        .post("/v1/chat/completions");
  }

  private static ObjectNode body(String question, boolean store) {
    ObjectNode body =
        (ObjectNode)
            Calls.json(
                """
                {"model": "%s", "messages": [{"role": "user", "content": "%s"}]}
                """
                    .formatted(StubEngine.BASE, question));
    return store ? body.put("store", true) : body;
  }
}
