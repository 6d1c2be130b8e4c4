package io.tunemesh.dataset.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.completion.InferenceRequested;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.Workbooks;
import io.tunemesh.dataset.dataset.Asking;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Claim;
import io.tunemesh.platform.work.LeaseLost;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Datasets that have a served model write examples, by events on a real broker. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class GenerationTest {

  private static final int ASKED = 3;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  @Inject BlobStore blobs;
  @Inject DataSource database;
  @Inject Leases leases;
  @Inject Builds builds;
  @Inject Asking asking;

  private final String id = "ds-" + UUID.randomUUID();
  private final String file = "file-" + UUID.randomUUID();
  private final String model = "ft:" + UUID.randomUUID();
  private String wish = "\"method\": \"generate\", \"examples\": 2";
  private PlayedInference inference;

  @BeforeEach
  void connect() {
    inference = new PlayedInference(bootstrap, model);
  }

  @AfterEach
  void disconnect() {
    inference.close();
  }

  @Test
  void restsUntilTheLastAnswerIsThereAndCountsEachOnce() throws Exception {
    askFor();
    List<InferenceRequested> asked = inference.await(ASKED);
    awaitRest();
    assertThat(inference.tenants()).containsExactly("acme");
    assertThat(query("SELECT reason FROM dataset WHERE id = ?"))
        .startsWith(ASKED + " answers of served models, until " + asked.getFirst().deadline());

    Envelope<?> first = inference.completed("acme", asked.get(0), example("one", "yes"));
    inference.send(inference.completed("globex", asked.get(0), example("stranger", "yes")));
    inference.send(first);
    inference.send(first);
    inference.send(inference.completed("acme", asked.get(0), example("again", "yes")));
    inference.send(inference.completed("acme", asked.get(1), "That I cannot do."));
    awaitOpen(1);
    assertThat(query("SELECT status FROM dataset WHERE id = ?")).isEqualTo("BUILDING");
    inference.send(inference.failed("acme", asked.get(2), 504, "engine_timeout"));

    JsonNode count = awaitBuilt();
    assertThat(count.get("made").asInt()).isEqualTo(1);
    assertThat(count.get("dropped").toString()).isEqualTo("{\"engine_timeout\":1,\"no_json\":1}");
    assertThat(generated()).containsExactly("one");
    assertThat(query("SELECT count(*)::text FROM generation WHERE dataset_id = ?")).isEqualTo("0");
    assertThat(open()).isZero();
    assertThat(inference.all()).hasSize(ASKED);
  }

  @Test
  void goesOnWithWhatCameWhenItHasWaitedForLongEnough() throws Exception {
    askFor();
    List<InferenceRequested> asked = inference.await(ASKED);
    inference.send(inference.completed("acme", asked.get(0), example("one", "yes")));
    awaitOpen(ASKED - 1);
    awaitRest();

    update("UPDATE generation SET deadline = now() WHERE dataset_id = ?");
    runsOut();

    JsonNode count = awaitBuilt();
    assertThat(count.get("dropped").toString()).isEqualTo("{\"no_answer\":2}");
    assertThat(generated()).containsExactly("one");
    assertThat(inference.all()).hasSize(ASKED);
  }

  @Test
  void rejectsAPlanWhoseModelIsServedNowhereAtTheFirstAnswer() throws Exception {
    askFor();
    List<InferenceRequested> asked = inference.await(ASKED);

    inference.send(inference.failed("acme", asked.get(1), 404, "model_not_found"));

    awaitStatus("REJECTED");
    assertThat(query("SELECT code FROM dataset WHERE id = ?")).isEqualTo("model_not_found");
    assertThat(query("SELECT place FROM dataset WHERE id = ?"))
        .contains("dataset.sources[0].augment[0].model");
  }

  @Test
  void asksOnceWhenAWorkerDiedBeforeItCouldAsk() throws Exception {
    Claim dead = takenByAWorkerThatWillDie();

    Made lost = builds.make(dead, new Advance());

    assertThat(((Made.Asks) lost).asks()).hasSize(ASKED);
    runsOut();
    List<InferenceRequested> asked = inference.await(ASKED);
    assertThatThrownBy(() -> builds.commit(dead, lost)).isInstanceOf(LeaseLost.class);
    answerAll(asked);
    awaitBuilt();
    assertThat(generated()).containsExactlyInAnyOrder("new 0", "new 1", "new 2");
    assertThat(inference.all()).hasSize(ASKED);
  }

  @Test
  void asksNothingAgainWhenAWorkerDiedAfterItHadAsked() throws Exception {
    Claim dead = takenByAWorkerThatWillDie();
    builds.commit(dead, builds.make(dead, new Advance()));
    List<InferenceRequested> asked = inference.await(ASKED);

    Claim second = takenWhileItRests();
    assertThat(builds.make(second, new Advance())).isInstanceOf(Made.Waits.class);
    runsOut();
    awaitTakenByTheService(second);
    answerAll(asked);

    awaitBuilt();
    assertThat(inference.all()).hasSize(ASKED);
  }

  @Test
  void goesOnAtOnceWhereTheLastAnswerCameBeforeItRested() throws Exception {
    askFor();
    List<InferenceRequested> asked = inference.await(ASKED);
    awaitRest();
    Claim slow = takenWhileItRests();
    Made waits = builds.make(slow, new Advance());

    answerAll(asked);
    awaitEnd();
    builds.commit(slow, waits);

    awaitBuilt();
  }

  @Test
  void makesTheSameBytesAgainWhenAWorkerDiedWithAllAnswers() throws Exception {
    askFor();
    List<InferenceRequested> asked = inference.await(ASKED);
    awaitRest();
    Claim dead = takenWhileItRests();
    answerAll(asked);
    awaitEnd();

    Made lost = builds.make(dead, new Advance());
    runsOut();

    awaitBuilt();
    assertThat(query("SELECT files FROM dataset WHERE id = ?"))
        .isEqualTo(Json.MAPPER.writeValueAsString(((Made.Built) lost).files()));
    assertThatThrownBy(() -> builds.commit(dead, lost)).isInstanceOf(LeaseLost.class);
  }

  @Test
  void saysInOtherWordsWhatIsAskedAndKeepsTheAnswer() throws Exception {
    wish = "\"method\": \"paraphrase\", \"examples\": 2";
    askFor();
    List<InferenceRequested> asked = inference.await(ASKED);
    List<String> texts = asked.stream().map(GenerationTest::asks).toList();
    inference.send(
        inference.completed("acme", asked.get(0), "[\"other " + number(texts.get(0)) + "\"]"));
    inference.send(inference.completed("acme", asked.get(1), "[\"" + texts.get(1) + "\"]"));
    inference.send(inference.completed("acme", asked.get(2), "[\"none\"]"));

    JsonNode count = awaitBuilt();

    assertThat(count.get("made").asInt()).isEqualTo(1);
    assertThat(count.get("dropped").toString())
        .isEqualTo("{\"numbers_changed\":1,\"unchanged\":1}");
    JsonNode made = made("paraphrase").getFirst();
    assertThat(made.at("/structure/text").asText()).isEqualTo("other " + number(texts.get(0)));
    assertThat(made.at("/structure/label").asText()).isEqualTo("yes");
    assertThat(made.at("/augmented/parent").asText()).startsWith("ex-");
    assertThat(made.at("/lineage/row").asInt()).isEqualTo(2 + number(texts.get(0)));
  }

  @Test
  void translatesThereAndBackByTwoQuestionsEach() throws Exception {
    wish = "\"method\": \"back_translation\", \"through\": \"French\"";
    askFor();
    List<InferenceRequested> asked = inference.await(ASKED);
    List<Integer> numbers = asked.stream().map(ask -> number(asks(ask))).toList();
    inference.send(inference.failed("acme", asked.get(2), 504, "engine_timeout"));
    for (int i = 0; i < 2; i++) {
      Envelope<?> there =
          inference.completed("acme", asked.get(i), "[\"texte " + numbers.get(i) + "\"]");
      inference.send(there);
      inference.send(there);
    }
    List<InferenceRequested> back = inference.await(ASKED + 2).subList(ASKED, ASKED + 2);
    assertThat(back)
        .allSatisfy(
            ask -> {
              assertThat(asks(ask)).startsWith("texte ");
              assertThat(ask.request().toString()).contains("into English");
            });
    for (InferenceRequested ask : back) {
      boolean first = number(asks(ask)) == numbers.getFirst();
      String text = (first ? "a text of " : "text ") + number(asks(ask));
      inference.send(inference.completed("acme", ask, "[\"" + text + "\"]"));
    }

    JsonNode count = awaitBuilt();

    assertThat(count.get("made").asInt()).isEqualTo(1);
    assertThat(count.get("dropped").toString()).isEqualTo("{\"engine_timeout\":1,\"unchanged\":1}");
    assertThat(made("back_translation").getFirst().at("/structure/text").asText())
        .isEqualTo("a text of " + numbers.getFirst());
    assertThat(inference.all()).hasSize(ASKED + 2);
  }

  @Test
  void waitsForTheWordListThatItsPlanNames() throws Exception {
    String list = "file-" + UUID.randomUUID();
    UploadParsed upload = upload();
    Plan plan =
        Plans.plan(
            """
            {"dataset": {
              "sources": [{"file": "%s", "recipe": "text_classification", "augment": [
                {"method": "synonyms", "words_file": "%s"}]}],
              "split": {"test": 0, "validation": 0}}}"""
                .formatted(file, list));
    QuarkusTransaction.requiringNew().run(() -> asking.ask("acme", id, upload, plan));
    assertThat(query("SELECT status FROM dataset WHERE id = ?")).isEqualTo("WAITING");

    SourceRecord row = new SourceRecord("Sheet1", 2, Map.of("word", "text", "synonyms", "words"));
    inference.send(
        PlayedInference.envelope(
            "acme",
            Workbooks.stored(
                blobs, list, "w.csv", List.of("word", "synonyms"), List.of(row), null)));

    JsonNode count = awaitBuilt();
    assertThat(count.get("made").asInt()).isEqualTo(10);
  }

  private void answerAll(List<InferenceRequested> asked) {
    for (int i = 0; i < asked.size(); i++) {
      inference.send(inference.completed("acme", asked.get(i), example("new " + i, "yes")));
    }
  }

  private static String example(String text, String label) {
    return Json.MAPPER.createObjectNode().put("text", text).put("label", label).toString();
  }

  private void askFor() throws IOException {
    UploadParsed upload = upload();
    QuarkusTransaction.requiringNew().run(() -> asking.ask("acme", id, upload, plan()));
  }

  /** No worker of the service can take it first: it is taken before it can be seen. */
  private Claim takenByAWorkerThatWillDie() throws IOException {
    UploadParsed upload = upload();
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              asking.ask("acme", id, upload, plan());
              Dataset.flush();
              return claimed();
            });
  }

  /** Takes the dataset that waits for answers, before a worker of the service can. */
  private Claim takenWhileItRests() {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              update("UPDATE dataset SET lease_until = now() - interval '1 second' WHERE id = ?");
              return claimed();
            });
  }

  /** Takes it for longer than any test needs, in the current transaction. */
  private Claim claimed() {
    Claim claim = leases.claim("worker-that-dies").orElseThrow();
    assertThat(claim.id()).isEqualTo(id);
    Dataset.flush();
    update("UPDATE dataset SET lease_until = now() + interval '1 hour' WHERE id = ?");
    return claim;
  }

  /** The lease of a worker that died runs out. */
  private void runsOut() {
    update("UPDATE dataset SET lease_until = now() WHERE id = ?");
  }

  private UploadParsed upload() throws IOException {
    List<SourceRecord> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows.add(new SourceRecord("Sheet1", i + 2, Map.of("text", "text " + i, "label", "yes")));
    }
    return Workbooks.stored(blobs, file, "t.csv", List.of("text", "label"), rows, null);
  }

  private Plan plan() {
    try {
      return Plans.plan(
          """
          {"dataset": {
            "sources": [{"file": "%s", "recipe": "text_classification", "augment": [
              {%s, "model": "%s", "max": %d}]}],
            "split": {"test": 0, "validation": 0}}}"""
              .formatted(file, wish, model, ASKED));
    } catch (InvalidPlan e) {
      throw new IllegalStateException(e);
    }
  }

  /** The count of the only step, when the dataset is built. */
  private JsonNode awaitBuilt() throws IOException {
    awaitStatus("BUILT");
    return json(files().get("manifest")).at("/augmented/0");
  }

  /** The texts of the examples that were made. */
  private List<String> generated() throws IOException {
    return made("generate").stream().map(line -> line.at("/structure/text").asText()).toList();
  }

  private List<JsonNode> made(String method) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    BlobRef examples = Json.MAPPER.treeToValue(files().get("examples"), BlobRef.class);
    try (InputStream in = blobs.open(examples)) {
      for (String line : new String(in.readAllBytes(), "UTF-8").lines().toList()) {
        JsonNode example = Json.MAPPER.readTree(line);
        if (example.at("/augmented/method").asText().equals(method)) {
          lines.add(example);
        }
      }
    }
    return lines;
  }

  /** The one text of the list at the end of a question. */
  private static String asks(InferenceRequested ask) {
    String prompt = ask.request().at("/messages/0/content").asText();
    return prompt.substring(prompt.lastIndexOf("[\"") + 2, prompt.length() - 2);
  }

  private static int number(String text) {
    return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
  }

  private JsonNode files() throws IOException {
    return Json.MAPPER.readTree(query("SELECT files FROM dataset WHERE id = ?"));
  }

  private JsonNode json(JsonNode ref) throws IOException {
    try (InputStream in = blobs.open(Json.MAPPER.treeToValue(ref, BlobRef.class))) {
      return Json.MAPPER.readTree(in);
    }
  }

  /** Awaits the end of the dataset, and asserts which it is. */
  private void awaitStatus(String status) {
    awaitThat("SELECT (status IN ('BUILT', 'REJECTED'))::text FROM dataset WHERE id = ?", "true");
    assertThat(query("SELECT status FROM dataset WHERE id = ?")).isEqualTo(status);
  }

  private void awaitRest() {
    awaitThat(
        "SELECT (lease_owner IS NULL AND lease_until > now())::text FROM dataset WHERE id = ?",
        "true");
  }

  /** What is asked for is answered, or can be answered no more. */
  private void awaitEnd() {
    awaitThat("SELECT status FROM generation WHERE dataset_id = ?", "ENDED");
  }

  private void awaitOpen(int count) {
    await().atMost(Duration.ofMinutes(2)).until(() -> open() == count);
  }

  private void awaitTakenByTheService(Claim dead) {
    awaitThat(
        "SELECT (fence > %d AND lease_owner IS NULL)::text FROM dataset WHERE id = ?"
            .formatted(dead.fence()),
        "true");
  }

  private void awaitThat(String sql, String value) {
    await().atMost(Duration.ofMinutes(2)).until(() -> value.equals(query(sql)));
  }

  private long open() {
    return Long.parseLong(
        query(
            "SELECT count(*)::text FROM generation_request WHERE dataset_id = ? AND status = 'ASKED'"));
  }

  private String query(String sql) {
    try (var connection = database.getConnection();
        var query = connection.prepareStatement(sql)) {
      query.setString(1, id);
      try (var row = query.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void update(String sql) {
    try (var connection = database.getConnection();
        var update = connection.prepareStatement(sql)) {
      update.setString(1, id);
      update.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
