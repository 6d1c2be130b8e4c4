package io.tunemesh.dataset;

import static io.tunemesh.dataset.Client.key;
import static io.tunemesh.dataset.Client.lines;
import static io.tunemesh.dataset.ExamplePlans.oneFile;
import static io.tunemesh.dataset.ExamplePlans.training;
import static io.tunemesh.dataset.ExamplePlans.twoFiles;
import static io.tunemesh.dataset.Mesh.envelope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.ServeSpec;
import io.tunemesh.contract.upload.UploadDeleted;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datasets by events alone, on a real broker, database and object store. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class DatasetByEventTest {

  private static final Duration QUIET = Duration.ofSeconds(2);

  @Inject Mesh mesh;
  @Inject BlobStore blobs;

  private final String run = Mesh.newRun();
  private final String zh = "file-zh-" + UUID.randomUUID();
  private final String en = "file-en-" + UUID.randomUUID();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void buildsOneDatasetOfTwoUploadsWithOnePlanHoweverOftenAndInWhateverOrderTheyCome(
      boolean chineseFirst) throws IOException {
    Plan plan = twoFiles(training(), new ServeSpec(true, null));
    Envelope<?> first =
        envelope(Mesh.TENANT, run, Workbooks.chinese(blobs, zh, "语文.xlsx", 30, plan));
    Envelope<?> second =
        envelope(Mesh.TENANT, run, Workbooks.withARefusedRow(blobs, en, "英语.xlsx", 20, plan));

    for (int i = 0; i < 5; i++) {
      mesh.send(chineseFirst ? first : second);
    }
    for (int i = 0; i < 5; i++) {
      mesh.send(chineseFirst ? second : first);
    }

    DatasetBuilt built = mesh.built(run);
    assertThat(mesh.facts(run, QUIET)).containsExactly(built);
    assertThat(built.plan()).isEqualTo(plan);
    assertThat(built.format()).isEqualTo("exam");
    assertThat(built.rowsIn()).isEqualTo(51);
    assertThat(built.rowsKept()).isEqualTo(50);
    assertThat(built.rowsRefused()).isEqualTo(1);
    assertThat(lines(blobs, built.train().lines()))
        .hasSize((int) built.train().examples())
        .allSatisfy(this::isAChat);
  }

  @Test
  void takesAFactThatIsToldAgainUnderAnotherIdOnce() throws IOException {
    UploadParsed zhFact = Workbooks.chinese(blobs, zh, "语文.xlsx", 20, twoFiles(null, null));
    UploadParsed enFact = Workbooks.english(blobs, en, "英语.xlsx", 20, twoFiles(null, null));

    for (int i = 0; i < 3; i++) {
      mesh.tell(run, zhFact);
      mesh.tell(run, enFact);
    }

    mesh.built(run);
    mesh.tell(run, zhFact);
    assertThat(mesh.facts(run, QUIET)).hasSize(1);
  }

  @Test
  void waitsForASourceThatCarriesNoPlanItself() throws IOException {
    mesh.tell(run, Workbooks.english(blobs, en, "英语.xlsx", 20, twoFiles(null, null)));
    await()
        .atMost(Mesh.PATIENCE)
        .untilAsserted(
            () ->
                key(MeshResource.KEY)
                    .get("/v1/datasets?run=" + run)
                    .then()
                    .statusCode(200)
                    .body("data[0].status", Matchers.is("waiting"))
                    .body("data[0].waiting_for", Matchers.is(List.of("语文.xlsx"))));
    assertThat(mesh.facts(run, QUIET)).isEmpty();

    mesh.tell(run, Workbooks.chinese(blobs, zh, "语文.xlsx", 20, null));

    assertThat(mesh.built(run).rowsKept()).isEqualTo(40);
  }

  @Test
  void givesEachUploadOfARunItsOwnDatasetWhenItsPlanNamesNone() throws IOException {
    Plan plan = new Plan(null, training(), null);
    mesh.tell(run, Workbooks.english(blobs, en, "英语.xlsx", 20, plan));
    mesh.tell(run, Workbooks.chinese(blobs, zh, "语文.xlsx", 20, plan));

    mesh.built(run);
    assertThat(mesh.facts(run, 2, QUIET))
        .hasSize(2)
        .allSatisfy(
            fact -> assertThat(((DatasetBuilt) fact).plan().training()).isEqualTo(training()));
  }

  @Test
  void findsAFileByItsNameHoweverItsAccentsAreWritten() throws IOException {
    String composed = "r\u00e9sum\u00e9.xlsx";
    String decomposed = "re\u0301sume\u0301.xlsx";
    mesh.tell(
        run, Workbooks.english(blobs, en, decomposed, 20, new Plan(oneFile(composed), null, null)));

    mesh.built(run);
  }

  @Test
  void takesTheUploadThatCameInThePlaceOfADeletedOne() throws IOException {
    UploadParsed old = Workbooks.english(blobs, en, "e.xlsx", 20, null);
    mesh.tell(run, old);
    mesh.tell(run, new UploadDeleted(en, "e.xlsx"));
    blobs.delete(old.records().key());
    mesh.awaitUpload(en, "DELETED");

    Plan plan = new Plan(oneFile("e.xlsx"), null, null);
    mesh.tell(run, Workbooks.english(blobs, zh, "e.xlsx", 30, plan));

    assertThat(mesh.built(run).rowsKept()).isEqualTo(30);
  }

  @Test
  void makesTheDatasetThatAnEventAsksForOnce() throws IOException {
    mesh.tell(null, Workbooks.english(blobs, en, "e.xlsx", 20, null));
    String id = "ds-" + UUID.randomUUID();
    Plan plan = new Plan(oneFile(en), null, null);

    mesh.tell(run, new DatasetRequested(id, plan));
    mesh.tell(run, new DatasetRequested(id, plan));

    assertThat(mesh.built(run).datasetId()).isEqualTo(id);
    assertThat(mesh.facts(run, QUIET)).hasSize(1);

    mesh.tell(run, new DatasetRequested(id, null));
    assertThat(mesh.facts(run, QUIET)).as("it stays built").hasSize(1);

    String anotherRun = Mesh.newRun();
    mesh.tell(anotherRun, new DatasetRequested(id, new Plan(oneFile(zh), null, null)));
    DatasetRejected refused = mesh.awaitFact(anotherRun, DatasetRejected.class).data();
    assertThat(refused.code()).isEqualTo("dataset_has_another_plan");
    assertThat(refused.reason()).contains(id, "under another id");
    assertThat(refused.datasetId()).isNotEqualTo(id);

    String otherRun = Mesh.newRun();
    mesh.send(envelope("globex", otherRun, new DatasetRequested(id, plan)));
    Envelope<DatasetRejected> taken = mesh.awaitFact(otherRun, DatasetRejected.class);
    assertThat(taken.data().code()).isEqualTo("dataset_id_taken");
    assertThat(taken.tenant()).isEqualTo("globex");
  }

  @Test
  void putsAMalformedRecordAsideAndGoesOn() throws IOException {
    String poison = "poison-" + UUID.randomUUID();
    mesh.sendRaw("tunemesh.uploads", poison, "no event".getBytes(StandardCharsets.UTF_8));
    mesh.tell(run, Workbooks.english(blobs, en, "e.xlsx", 20, new Plan(null, null, null)));

    mesh.built(run);
    var dead = mesh.awaitDeadLetter(poison);
    assertThat(dead.value()).isEqualTo("no event".getBytes(StandardCharsets.UTF_8));
    assertThat(new String(dead.headers().lastHeader("dead-letter-reason").value()))
        .contains("ce_type");
  }

  private void isAChat(String line) throws IOException {
    JsonNode chat = Json.MAPPER.readTree(line);
    assertThat(chat.at("/messages/0/role").asText()).isEqualTo("user");
    assertThat(chat.at("/messages/0/content").asText()).hasSizeGreaterThan(100);
    assertThat(chat.at("/messages/1/role").asText()).isEqualTo("assistant");
    assertThat(chat.at("/messages/1/content").asText()).contains("\nD. ");
  }
}
