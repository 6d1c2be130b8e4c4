package io.tunemesh.dataset;

import static io.tunemesh.dataset.Client.pages;
import static io.tunemesh.dataset.ExamplePlans.oneFile;
import static io.tunemesh.dataset.ExamplePlans.twoFiles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Where;
import io.tunemesh.contract.dataset.DatasetBuilt;
import io.tunemesh.contract.dataset.DatasetEvent;
import io.tunemesh.contract.dataset.DatasetRejected;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.DatasetSpec.Source;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.UploadDeleted;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What cannot become a dataset is a fact with a reason, on the real parts. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class DatasetRejectedTest {

  private static final Duration QUIET = Duration.ofSeconds(2);

  @Inject Mesh mesh;
  @Inject BlobStore blobs;
  @Inject DataSource database;

  private final String run = Mesh.newRun();
  private final String zh = "file-zh-" + UUID.randomUUID();
  private final String en = "file-en-" + UUID.randomUUID();

  @Test
  void rejectsAPlanThatIsWrongWithEveryMistake() throws IOException {
    DatasetSpec wrong =
        new DatasetSpec(
            "exams",
            List.of(
                new Source("e.xlsx", null, Map.of("answer", "x"), "one\n{tex}", null, null, null)),
            new DatasetSpec.Split(0.6, 0.6, null));

    mesh.tell(run, Workbooks.english(blobs, en, "e.xlsx", 5, new Plan(wrong, null, null)));

    DatasetRejected rejected = mesh.rejected(run);
    assertThat(rejected.code()).isEqualTo("invalid_plan");
    assertThat(rejected.reason())
        .contains("dataset.split")
        .contains("dataset.sources[0].columns")
        .contains("dataset.sources[0].template")
        .contains("line 2");
  }

  @Test
  void rejectsAWrongPlanBeforeItsUploadIsRead() {
    BlobRef content = new BlobRef("uploads/" + en + "/content", null, null);
    Source wrong = new Source("e.txt", "role_dialogue", Map.of("answer", "x"), null, 0, null, null);
    Plan plan = new Plan(new DatasetSpec(null, List.of(wrong), null), null, null);

    mesh.tell(run, new UploadReceived(en, "e.txt", "fine-tune", content, null, plan));

    assertThat(mesh.rejected(run).reason())
        .contains("dataset.sources[0].repeat: must be at least 1")
        .contains("dataset.sources[0].columns")
        .contains("dataset.sources[0].settings.role");
  }

  @Test
  void rejectsAnotherPlanInTheSameRunAndKeepsTheFirst() throws IOException {
    Plan first = new Plan(oneFile("英语.xlsx"), null, null);
    mesh.tell(run, Workbooks.english(blobs, en, "英语.xlsx", 20, first));
    DatasetBuilt built = mesh.built(run);

    Plan other = new Plan(oneFile("语文.xlsx"), null, null);
    UploadParsed late = Workbooks.chinese(blobs, zh, "语文.xlsx", 20, other);
    mesh.tell(run, late);
    mesh.tell(run, late);

    List<DatasetEvent> facts = mesh.facts(run, 2, QUIET);
    assertThat(facts).hasSize(2);
    assertThat((DatasetRejected) facts.getLast())
        .satisfies(
            rejected -> {
              assertThat(rejected.code()).isEqualTo("run_has_another_plan");
              assertThat(rejected.reason()).contains(run, built.datasetId());
            });
  }

  @Test
  void declinesARequestByEventThatCannotBe() throws IOException {
    mesh.tell(run, new DatasetRequested("ds-no good", new Plan(null, null, null)));
    assertThat(mesh.rejected(run).code()).isEqualTo("dataset_id_invalid");

    String second = Mesh.newRun();
    mesh.tell(second, new DatasetRequested("ds-" + UUID.randomUUID(), null));
    assertThat(mesh.rejected(second).code()).isEqualTo("invalid_plan");

    String third = Mesh.newRun();
    mesh.tell(third, new DatasetRequested("ds-" + UUID.randomUUID(), new Plan(null, null, null)));
    assertThat(mesh.rejected(third).reason()).contains("name the sources");
  }

  @Test
  void rejectsADatasetWhoseSourceCannotBeRead() throws IOException {
    Plan plan = twoFiles(null, null);
    mesh.tell(run, Workbooks.english(blobs, en, "英语.xlsx", 5, plan));
    mesh.tell(
        run,
        new UploadRejected(
            zh, "语文.xlsx", "encrypted", "save it without a password", null, "exam", plan));

    DatasetRejected rejected = mesh.rejected(run);
    assertThat(rejected.code()).isEqualTo("source_rejected");
    assertThat(rejected.reason()).contains("save it without a password");
    assertThat(rejected.where()).isEqualTo(Where.file("语文.xlsx"));
    assertThat(mesh.facts(run, QUIET)).hasSize(1);
  }

  @Test
  void rejectsADatasetWhoseSourceNeverComes() throws Exception {
    mesh.tell(run, Workbooks.english(blobs, en, "英语.xlsx", 5, twoFiles(null, null)));

    letTheDeadlinePass();

    DatasetRejected rejected = mesh.rejected(run);
    assertThat(rejected.code()).isEqualTo("source_missing");
    assertThat(rejected.reason()).contains("语文.xlsx", "10m", run).doesNotContain("英语.xlsx");
  }

  @Test
  void rejectsADatasetBesideAnotherOfWhichTooMuchIsMissing() throws Exception {
    String many = Mesh.newRun();
    mesh.tell(many, new DatasetRequested("ds-" + UUID.randomUUID(), missing(1400)));
    mesh.tell(run, new DatasetRequested("ds-" + UUID.randomUUID(), missing(1)));

    await().atMost(Mesh.PATIENCE).until(() -> isPast(run, many));

    assertThat(mesh.rejected(run).code()).isEqualTo("source_missing");
    DatasetRejected rejected = mesh.rejected(many);
    assertThat(rejected.code()).isEqualTo("source_missing");
    assertThat(rejected.reason()).hasSizeLessThan(11_000).endsWith("…");
    assertThat(rejected.plan().dataset().sources()).hasSize(1400);
  }

  @Test
  void rejectsAPlanThatIsTooLargeForTheFactsThatCarryIt() {
    mesh.tell(run, new DatasetRequested("ds-" + UUID.randomUUID(), missing(1600)));

    DatasetRejected rejected = mesh.rejected(run);
    assertThat(rejected.code()).isEqualTo("invalid_plan");
    assertThat(rejected.reason()).contains("dataset.sources: make a plan of", "800,000");
  }

  /** A plan of so many sources, each with a name of 512 characters, of which none will come. */
  private static Plan missing(int sources) {
    List<Source> names =
        IntStream.range(0, sources)
            .mapToObj(i -> "%0512d".formatted(i))
            .map(name -> new Source(name, null, null, null, null, null, null))
            .toList();
    return new Plan(new DatasetSpec(null, names, null), null, null);
  }

  @Test
  void rejectsADatasetWhoseDeletedSourceDoesNotComeAgain() throws Exception {
    mesh.tell(run, Workbooks.chinese(blobs, zh, "语文.xlsx", 5, null));
    mesh.tell(run, new UploadDeleted(zh, "语文.xlsx"));
    mesh.awaitUpload(zh, "DELETED");
    mesh.tell(run, Workbooks.english(blobs, en, "英语.xlsx", 5, twoFiles(null, null)));

    letTheDeadlinePass();

    DatasetRejected rejected = mesh.rejected(run);
    assertThat(rejected.code()).isEqualTo("source_missing");
    assertThat(rejected.reason()).contains("语文.xlsx", "upload it in the run " + run);
  }

  @Test
  void waitsLongerForASourceThatHasComeButIsNotReadYet() throws Exception {
    BlobRef content = new BlobRef("uploads/" + zh + "/content", null, null);
    mesh.tell(run, new UploadReceived(zh, "语文.xlsx", "fine-tune", content, null, null));
    mesh.awaitUpload(zh, "RECEIVED");
    mesh.tell(run, Workbooks.english(blobs, en, "英语.xlsx", 20, twoFiles(null, null)));

    letTheDeadlinePass();
    assertThat(mesh.facts(run, QUIET.plusSeconds(1))).isEmpty();
    mesh.tell(run, Workbooks.chinese(blobs, zh, "语文.xlsx", 20, null));

    assertThat(mesh.built(run).rowsKept()).isEqualTo(40);
  }

  @Test
  void rejectsASourceWithoutTheColumnsAndNamesThem() throws IOException {
    mesh.tell(
        run,
        Workbooks.withColumns(
            blobs, en, "e.xlsx", List.of("text", "remark"), new Plan(null, null, null)));

    DatasetRejected rejected = mesh.rejected(run);
    assertThat(rejected.code()).isEqualTo("column_missing");
    assertThat(rejected.reason()).contains("options and answers", "'text' (A), 'remark' (B)");
    assertThat(rejected.where().file()).isEqualTo("e.xlsx");
  }

  @Test
  void rejectsADatasetOfWhichNoRowIsKeptAndStillShowsTheRows() throws IOException {
    mesh.tell(run, Workbooks.withARefusedRow(blobs, en, "e.xlsx", 0, new Plan(null, null, null)));

    DatasetRejected rejected = mesh.rejected(run);
    assertThat(rejected.code()).isEqualTo("no_rows_kept");
    assertThat(rejected.reason()).contains("1 × empty_cell", "cell C2");
    assertThat(rejected.where()).isEqualTo(new Where("e.xlsx", "Sheet1", 2, "C", null));
    assertThat(pages("/v1/datasets/" + rejected.datasetId() + "/refused", 5)).hasSize(1);
  }

  /** Once there is a dataset of the run. */
  private void letTheDeadlinePass() {
    await().atMost(Mesh.PATIENCE).until(() -> isPast(run));
  }

  /** Lets the deadlines of the datasets of these runs pass at once, if all are there. */
  private boolean isPast(String... runs) throws SQLException {
    try (var connection = database.getConnection();
        var past =
            connection.prepareStatement(
                "UPDATE dataset SET deadline = now() - interval '1 second' WHERE run = ANY(?)"
                    + " AND (SELECT count(*) FROM dataset WHERE run = ANY(?)) = ?")) {
      past.setArray(1, connection.createArrayOf("text", runs));
      past.setArray(2, connection.createArrayOf("text", runs));
      past.setInt(3, runs.length);
      return past.executeUpdate() == runs.length;
    }
  }
}
