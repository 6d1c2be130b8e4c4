package io.tunemesh.dataset;

import static io.restassured.RestAssured.given;
import static io.tunemesh.dataset.Mesh.envelope;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetEvent;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.contract.plan.TrainingSpec;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole service on a real broker, database and object store. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class DatasetServiceTest {

  private static final String TENANT = "acme";
  private static final Duration QUIET = Duration.ofSeconds(2);

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  @Inject BlobStore blobs;
  @Inject DataSource database;

  private final String run = "run-" + UUID.randomUUID();
  private final String zh = "file-zh-" + UUID.randomUUID();
  private final String en = "file-en-" + UUID.randomUUID();
  private Mesh mesh;

  @BeforeEach
  void connect() {
    mesh = new Mesh(bootstrap);
  }

  @AfterEach
  void disconnect() {
    mesh.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void buildsOneDatasetOfTwoUploadsWithOnePlanHoweverOftenAndInWhateverOrderTheyCome(
      boolean chineseFirst) throws IOException {
    Plan plan = twoFiles(training(), new ServeSpec(true));
    Envelope<?> first =
        envelope(TENANT, run, Workbooks.chinese(blobs, zh, "语文.xlsx", 30, plan));
    Envelope<?> second =
        envelope(TENANT, run, Workbooks.withARefusedRow(blobs, en, "英语.xlsx", 20, plan));

    for (int i = 0; i < 5; i++) {
      mesh.send(chineseFirst ? first : second);
    }
    for (int i = 0; i < 5; i++) {
      mesh.send(chineseFirst ? second : first);
    }

    DatasetBuilt built = mesh.awaitFact(run, DatasetBuilt.class).data();
    assertThat(mesh.facts(run, QUIET)).containsExactly(built);
    assertThat(built.plan()).isEqualTo(plan);
    assertThat(built.format()).isEqualTo("exam");
    assertThat(built.rowsIn()).isEqualTo(51);
    assertThat(built.rowsKept()).isEqualTo(50);
    assertThat(built.rowsRefused()).isEqualTo(1);
    assertThat(lines(built.train().lines()))
        .hasSize((int) built.train().examples())
        .allSatisfy(this::isAChat);
  }

  @Test
  void takesAFactThatIsToldAgainUnderAnotherIdOnce() throws IOException {
    UploadParsed zhFact = Workbooks.chinese(blobs, zh, "语文.xlsx", 20, twoFiles(null, null));
    UploadParsed enFact = Workbooks.english(blobs, en, "英语.xlsx", 20, twoFiles(null, null));

    for (int i = 0; i < 3; i++) {
      mesh.send(envelope(TENANT, run, zhFact));
      mesh.send(envelope(TENANT, run, enFact));
    }

    mesh.awaitFact(run, DatasetBuilt.class);
    mesh.send(envelope(TENANT, run, zhFact));
    assertThat(mesh.facts(run, QUIET)).hasSize(1);
  }

  @Test
  void rejectsAnotherPlanInTheSameRunAndKeepsTheFirst() throws IOException {
    Plan first = new Plan(oneFile("英语.xlsx"), null, null);
    mesh.send(envelope(TENANT, run, Workbooks.english(blobs, en, "英语.xlsx", 20, first)));
    DatasetBuilt built = mesh.awaitFact(run, DatasetBuilt.class).data();

    Plan other = new Plan(oneFile("语文.xlsx"), null, null);
    UploadParsed late = Workbooks.chinese(blobs, zh, "语文.xlsx", 20, other);
    mesh.send(envelope(TENANT, run, late));
    mesh.send(envelope(TENANT, run, late));

    List<DatasetEvent> facts = mesh.facts(run, QUIET);
    assertThat(facts).hasSize(2);
    assertThat((DatasetRejected) facts.getLast())
        .satisfies(
            rejected -> {
              assertThat(rejected.code()).isEqualTo("run_has_another_plan");
              assertThat(rejected.reason()).contains(run, built.datasetId());
            });
  }

  @Test
  void givesEachUploadOfARunItsOwnDatasetWhenItsPlanNamesNone() throws IOException {
    Plan plan = new Plan(null, training(), null);
    mesh.send(envelope(TENANT, run, Workbooks.english(blobs, en, "英语.xlsx", 20, plan)));
    mesh.send(envelope(TENANT, run, Workbooks.chinese(blobs, zh, "语文.xlsx", 20, plan)));

    mesh.awaitFact(run, DatasetBuilt.class);
    assertThat(mesh.facts(run, QUIET))
        .hasSize(2)
        .allSatisfy(
            fact -> assertThat(((DatasetBuilt) fact).plan().training()).isEqualTo(training()));
  }

  @Test
  void findsAFileByItsNameHoweverItsAccentsAreWritten() throws IOException {
    String composed = "r\u00e9sum\u00e9.xlsx";
    String decomposed = "re\u0301sume\u0301.xlsx";
    mesh.send(
        envelope(
            TENANT,
            run,
            Workbooks.english(blobs, en, decomposed, 20, new Plan(oneFile(composed), null, null))));

    mesh.awaitFact(run, DatasetBuilt.class);
  }

  @Test
  void declinesARequestByEventThatCannotBe() throws IOException {
    mesh.send(envelope(TENANT, run, new DatasetRequested("ds-no good", new Plan(null, null, null))));
    assertThat(mesh.awaitFact(run, DatasetRejected.class).data().code())
        .isEqualTo("dataset_id_invalid");

    String second = "run-" + UUID.randomUUID();
    mesh.send(envelope(TENANT, second, new DatasetRequested("ds-" + UUID.randomUUID(), null)));
    assertThat(mesh.awaitFact(second, DatasetRejected.class).data().code())
        .isEqualTo("invalid_plan");

    String third = "run-" + UUID.randomUUID();
    mesh.send(
        envelope(
            TENANT,
            third,
            new DatasetRequested("ds-" + UUID.randomUUID(), new Plan(null, null, null))));
    assertThat(mesh.awaitFact(third, DatasetRejected.class).data().reason())
        .contains("name the sources");
  }

  @Test
  void waitsForASourceThatCarriesNoPlanItself() throws IOException {
    mesh.send(
        envelope(TENANT, run, Workbooks.english(blobs, en, "英语.xlsx", 20, twoFiles(null, null))));
    assertThat(mesh.facts(run, QUIET)).isEmpty();
    key(MeshResource.KEY)
        .get("/v1/datasets?run=" + run)
        .then()
        .statusCode(200)
        .body("data[0].status", Matchers.is("waiting"))
        .body("data[0].waiting_for", Matchers.is(List.of("语文.xlsx")));

    mesh.send(envelope(TENANT, run, Workbooks.chinese(blobs, zh, "语文.xlsx", 20, null)));

    assertThat(mesh.awaitFact(run, DatasetBuilt.class).data().rowsKept()).isEqualTo(40);
  }

  @Test
  void showsExamplesWithTheirStructureAndLineageAndRefusalsWithTheirCell() throws IOException {
    Plan plan = new Plan(null, null, null);
    mesh.send(
        envelope(TENANT, run, Workbooks.withARefusedRow(blobs, en, "english.xlsx", 25, plan)));
    String id = mesh.awaitFact(run, DatasetBuilt.class).data().datasetId();

    List<JsonNode> examples = pages("/v1/datasets/" + id + "/examples", 7);
    assertThat(examples).hasSize(25);
    JsonNode example = examples.get(3);
    assertThat(example.at("/lineage/file").asText()).isEqualTo("english.xlsx");
    assertThat(example.at("/lineage/file_id").asText()).isEqualTo(en);
    assertThat(example.at("/lineage/sheet").asText()).isEqualTo("Sheet1");
    assertThat(example.at("/lineage/row").asInt()).isEqualTo(5);
    assertThat(example.at("/lineage/columns/options/letter").asText()).isEqualTo("B");
    assertThat(example.at("/items/0/number").asInt()).isEqualTo(21);
    assertThat(example.at("/items/0/answer").asText()).isEqualTo("A");
    assertThat(example.at("/items/1/options/C").asText()).isEqualTo("Dry weather");
    assertThat(example.at("/language").asText()).isEqualTo("en");

    List<JsonNode> refused = pages("/v1/datasets/" + id + "/refused", 7);
    assertThat(refused).hasSize(1);
    assertThat(refused.getFirst().get("cell").asText()).isEqualTo("C27");
    assertThat(refused.getFirst().get("header").asText()).isEqualTo("answers");
    assertThat(refused.getFirst().get("code").asText()).isEqualTo("empty_cell");
    assertThat(refused.getFirst().get("reason").asText()).isNotBlank();

    long bySplit = 0;
    for (String split : List.of("train", "validation", "test")) {
      bySplit += pages("/v1/datasets/" + id + "/examples?split=" + split, 7).size();
    }
    assertThat(bySplit).isEqualTo(25);
  }

  @Test
  void streamsItsFilesAndTellsThemInTheManifest() throws IOException {
    mesh.send(
        envelope(
            TENANT, run, Workbooks.english(blobs, en, "e.xlsx", 40, new Plan(null, null, null))));
    DatasetBuilt built = mesh.awaitFact(run, DatasetBuilt.class).data();
    String files = "/v1/datasets/" + built.datasetId() + "/files/";

    JsonNode manifest = Json.MAPPER.readTree(text(built.manifest()));
    assertThat(manifest.at("/parts/train/sha256").asText())
        .isEqualTo(built.train().lines().sha256());
    assertThat(manifest.at("/rows/in").asLong())
        .isEqualTo(manifest.at("/rows/kept").asLong() + manifest.at("/rows/refused").asLong());
    assertThat(manifest.at("/templates/0/sha256").asText()).hasSize(64);
    assertThat(manifest.at("/sources/0/records").asText()).hasSize(64);
    key(MeshResource.KEY)
        .get(files + "train")
        .then()
        .statusCode(200)
        .header("Content-Length", String.valueOf(built.train().lines().bytes()))
        .body(Matchers.equalTo(text(built.train().lines())));
    key(MeshResource.KEY).get(files + "manifest").then().statusCode(200);
    key(MeshResource.KEY).get(files + "nothing").then().statusCode(404);
  }

  @Test
  void rejectsAPlanThatIsWrongWithEveryMistake() throws IOException {
    DatasetSpec wrong =
        new DatasetSpec(
            "exams",
            List.of(
                new Source("e.xlsx", null, Map.of("answer", "x"), "one\n{tex}", null, null, null)),
            new DatasetSpec.Split(0.6, 0.6, null));

    mesh.send(
        envelope(
            TENANT, run, Workbooks.english(blobs, en, "e.xlsx", 5, new Plan(wrong, null, null))));

    DatasetRejected rejected = mesh.awaitFact(run, DatasetRejected.class).data();
    assertThat(rejected.code()).isEqualTo("invalid_plan");
    assertThat(rejected.reason())
        .contains("dataset.split")
        .contains("dataset.sources[0].columns")
        .contains("dataset.sources[0].template")
        .contains("line 2");
  }

  @Test
  void rejectsADatasetWhoseSourceCannotBeRead() throws IOException {
    Plan plan = twoFiles(null, null);
    mesh.send(envelope(TENANT, run, Workbooks.english(blobs, en, "英语.xlsx", 5, plan)));
    mesh.send(
        envelope(
            TENANT,
            run,
            new UploadRejected(
                zh, "语文.xlsx", "encrypted", "save it without a password", null, "exam", plan)));

    DatasetRejected rejected = mesh.awaitFact(run, DatasetRejected.class).data();
    assertThat(rejected.code()).isEqualTo("source_rejected");
    assertThat(rejected.reason()).contains("save it without a password");
    assertThat(rejected.where()).isEqualTo(Where.file("语文.xlsx"));
    assertThat(mesh.facts(run, QUIET)).hasSize(1);
  }

  @Test
  void rejectsADatasetWhoseSourceNeverComes() throws Exception {
    mesh.send(
        envelope(TENANT, run, Workbooks.english(blobs, en, "英语.xlsx", 5, twoFiles(null, null))));
    mesh.facts(run, QUIET);

    try (var connection = database.getConnection();
        var past =
            connection.prepareStatement(
                "UPDATE dataset SET deadline = now() - interval '1 second' WHERE run = ?")) {
      past.setString(1, run);
      assertThat(past.executeUpdate()).isEqualTo(1);
    }

    DatasetRejected rejected = mesh.awaitFact(run, DatasetRejected.class).data();
    assertThat(rejected.code()).isEqualTo("source_missing");
    assertThat(rejected.reason()).contains("语文.xlsx", "10m", run).doesNotContain("英语.xlsx");
  }

  @Test
  void rejectsASourceWithoutTheColumnsAndNamesThem() throws IOException {
    mesh.send(
        envelope(
            TENANT,
            run,
            Workbooks.withColumns(
                blobs, en, "e.xlsx", List.of("text", "remark"), new Plan(null, null, null))));

    DatasetRejected rejected = mesh.awaitFact(run, DatasetRejected.class).data();
    assertThat(rejected.code()).isEqualTo("column_missing");
    assertThat(rejected.reason()).contains("options and answers", "'text' (A), 'remark' (B)");
    assertThat(rejected.where().file()).isEqualTo("e.xlsx");
  }

  @Test
  void rejectsADatasetOfWhichNoRowIsKeptAndStillShowsTheRows() throws IOException {
    mesh.send(
        envelope(
            TENANT,
            run,
            Workbooks.withARefusedRow(blobs, en, "e.xlsx", 0, new Plan(null, null, null))));

    DatasetRejected rejected = mesh.awaitFact(run, DatasetRejected.class).data();
    assertThat(rejected.code()).isEqualTo("no_rows_kept");
    assertThat(rejected.reason()).contains("1 × empty_cell", "cell C2");
    assertThat(rejected.where()).isEqualTo(new Where("e.xlsx", "Sheet1", 2, "C", null));
    assertThat(pages("/v1/datasets/" + rejected.datasetId() + "/refused", 5)).hasSize(1);
  }

  @Test
  void putsAMalformedRecordAsideAndGoesOn() throws IOException {
    String poison = "poison-" + UUID.randomUUID();
    mesh.sendRaw("tunemesh.uploads", poison, "no event".getBytes(StandardCharsets.UTF_8));
    mesh.send(
        envelope(
            TENANT, run, Workbooks.english(blobs, en, "e.xlsx", 20, new Plan(null, null, null))));

    mesh.awaitFact(run, DatasetBuilt.class);
    var dead = mesh.awaitDeadLetter(poison);
    assertThat(dead.value()).isEqualTo("no event".getBytes(StandardCharsets.UTF_8));
    assertThat(new String(dead.headers().lastHeader("dead-letter-reason").value()))
        .contains("ce_type");
  }

  @Test
  void makesTheDatasetThatAnEventAsksForOnce() throws IOException {
    mesh.send(envelope(TENANT, null, Workbooks.english(blobs, en, "e.xlsx", 20, null)));
    String id = "ds-" + UUID.randomUUID();
    Plan plan = new Plan(oneFile(en), null, null);

    mesh.send(envelope(TENANT, run, new DatasetRequested(id, plan)));
    mesh.send(envelope(TENANT, run, new DatasetRequested(id, plan)));

    assertThat(mesh.awaitFact(run, DatasetBuilt.class).data().datasetId()).isEqualTo(id);
    assertThat(mesh.facts(run, QUIET)).hasSize(1);

    String otherRun = "run-" + UUID.randomUUID();
    mesh.send(envelope("globex", otherRun, new DatasetRequested(id, plan)));
    Envelope<DatasetRejected> taken = mesh.awaitFact(otherRun, DatasetRejected.class);
    assertThat(taken.data().code()).isEqualTo("dataset_id_taken");
    assertThat(taken.tenant()).isEqualTo("globex");
  }

  @Test
  void hidesADatasetAndItsSourcesFromOtherTenants() throws IOException {
    mesh.send(
        envelope(
            TENANT, run, Workbooks.english(blobs, en, "e.xlsx", 20, new Plan(null, null, null))));
    String id = mesh.awaitFact(run, DatasetBuilt.class).data().datasetId();

    for (String path : List.of("", "/examples", "/refused", "/files/train")) {
      key(MeshResource.OTHER_KEY).get("/v1/datasets/" + id + path).then().statusCode(404);
      key(MeshResource.KEY).get("/v1/datasets/" + id + path).then().statusCode(200);
    }
    key(MeshResource.OTHER_KEY)
        .get("/v1/datasets?run=" + run)
        .then()
        .body("data.size()", Matchers.is(0));
    given().get("/v1/datasets/" + id).then().statusCode(401);

    String stolen =
        key(MeshResource.OTHER_KEY)
            .contentType("application/json")
            .body("{\"sources\": [{\"file\": \"" + en + "\"}]}")
            .post("/v1/datasets")
            .then()
            .statusCode(202)
            .extract()
            .path("status");
    assertThat(stolen).isEqualTo("waiting");
  }

  @Test
  void takesARequestOverHttpOnceForARun() throws IOException {
    mesh.send(envelope(TENANT, run, Workbooks.english(blobs, en, "e.xlsx", 20, null)));
    String body =
        "{\"name\": \"mine\", \"sources\": [{\"file\": \"e.xlsx\"}], \"run\": \"%s\","
                .formatted(run)
            + " \"serve\": {\"enabled\": false}}";

    String id = post(body).statusCode(202).extract().path("id");
    assertThat(post(body).statusCode(200).extract().<String>path("id")).isEqualTo(id);
    post(body.replace("mine", "other")).statusCode(409);

    DatasetBuilt built = mesh.awaitFact(run, DatasetBuilt.class).data();
    assertThat(built.datasetId()).isEqualTo(id);
    assertThat(built.plan().serve().enabled()).isFalse();
  }

  @Test
  void refusesARequestWithEveryMistakeAtOnce() {
    List<String> fields =
        post("{\"sources\": [{\"file\": \"e.xlsx\", \"repeat\": 0}], \"colour\": 1}")
            .statusCode(400)
            .extract()
            .path("error.errors.field");

    assertThat(fields).contains("sources[0].repeat", "colour");
    post("{\"sources\": [{\"file\": \"e.xlsx\"}]}")
        .statusCode(400)
        .body("error.message", Matchers.containsString("give the id"));
    post("[]").statusCode(400);
    post("{").statusCode(400);
  }

  @Test
  void listsPageByPage() throws IOException {
    for (int i = 0; i < 5; i++) {
      post("{\"sources\": [{\"file\": \"file-never-%d\"}]}".formatted(i)).statusCode(202);
    }

    List<JsonNode> newestFirst = pages("/v1/datasets", 2);
    List<JsonNode> oldestFirst = pages("/v1/datasets?order=asc", 3);

    Set<String> ids = new HashSet<>();
    newestFirst.forEach(dataset -> ids.add(dataset.get("id").asText()));
    assertThat(ids).hasSameSizeAs(newestFirst).hasSizeGreaterThanOrEqualTo(5);
    assertThat(oldestFirst.reversed()).isEqualTo(newestFirst);
  }

  private ValidatableResponse post(String body) {
    return key(MeshResource.KEY)
        .contentType("application/json")
        .body(body)
        .post("/v1/datasets")
        .then();
  }

  private static RequestSpecification key(String key) {
    return given().header("Authorization", "Bearer " + key);
  }

  private List<JsonNode> pages(String path, int limit) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    String next = path + (path.contains("?") ? "&" : "?") + "limit=" + limit;
    String after = "";
    JsonNode page;
    do {
      page =
          Json.MAPPER.readTree(
              key(MeshResource.KEY)
                  .get(next + after)
                  .then()
                  .statusCode(200)
                  .extract()
                  .asString());
      assertThat(page.get("data").size()).isLessThanOrEqualTo(limit);
      page.get("data").forEach(all::add);
      after = "&after=" + page.get("last_id").asText();
    } while (page.get("has_more").asBoolean());
    return all;
  }

  private void isAChat(String line) throws IOException {
    JsonNode chat = Json.MAPPER.readTree(line);
    assertThat(chat.at("/messages/0/role").asText()).isEqualTo("user");
    assertThat(chat.at("/messages/0/content").asText()).hasSizeGreaterThan(100);
    assertThat(chat.at("/messages/1/role").asText()).isEqualTo("assistant");
    assertThat(chat.at("/messages/1/content").asText()).contains("\nD. ");
  }

  private List<String> lines(BlobRef ref) throws IOException {
    return text(ref).lines().toList();
  }

  private String text(BlobRef ref) throws IOException {
    try (InputStream in = blobs.open(ref)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static DatasetSpec oneFile(String file) {
    return new DatasetSpec(
        null, List.of(new Source(file, null, null, null, null, null, null)), null);
  }

  private static Plan twoFiles(TrainingSpec training, ServeSpec serve) {
    return new Plan(
        new DatasetSpec(
            "exams",
            List.of(
                new Source("语文.xlsx", "exam", null, null, 2, null, null),
                new Source("英语.xlsx", "auto", null, null, null, null, null)),
            null),
        training,
        serve);
  }

  private static TrainingSpec training() {
    return Json.MAPPER.convertValue(
        Map.of("lora_rank", 8, "learning_rate", 2e-4), TrainingSpec.class);
  }
}
