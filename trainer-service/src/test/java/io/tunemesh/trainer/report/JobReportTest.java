package io.tunemesh.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tunemesh.contract.training.BestMetric;
import io.tunemesh.contract.training.TrainingProgressed;
import io.tunemesh.contract.training.TrainingSucceeded;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.testing.RecordSchema;
import io.tunemesh.trainer.testing.FakeWorker;
import io.tunemesh.trainer.testing.Mesh;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The report of a job in its states: JSON by its schema, the page, the picture. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class JobReportTest {

  private static final RecordSchema SCHEMA =
      new RecordSchema(JobReport.class, "Report of a fine-tuning job");
  private static final String JOBS = "/v1/fine_tuning/jobs/";

  private static final String OVERFIT =
      """
      {"steps": 10, "validation": [2.0, 1.5, 1.6, 1.8, 2.2], "best_step": 4, "overfitting_since": 6, "left_out": 2,
       "worst": [{"index": 4, "prompt": "<script>alert(1)</script>", "expected": "</pre><b>",
                  "answer": "{page.title}\\u202e", "score": 0.125}]}
      """;

  @Inject Mesh mesh;
  @Inject AgroalDataSource database;

  private String trained(String script) {
    return mesh.trained("ds-" + UUID.randomUUID(), script.replace("\n", " "));
  }

  private static String text(Response response) {
    assertThat(response.statusCode()).isEqualTo(200);
    return new String(response.asByteArray(), StandardCharsets.UTF_8);
  }

  @Test
  void committedSchemaIsTheCodes() throws IOException {
    SCHEMA.isCommittedAt(Path.of("../docs/jobs.schema.json"));
  }

  @Test
  void aFinishedJobHasAllInItsReport() {
    String job = trained(OVERFIT);
    String json = text(Mesh.acme().get(JOBS + job + "/report"));
    assertThat(SCHEMA.mistakes(json)).isEmpty();
    assertThat(SCHEMA.mistakes("{\"job\": 1}")).isNotEmpty();
    JsonPath report = JsonPath.from(json);
    assertThat(report.getLong("best_step")).isEqualTo(4);
    assertThat(report.getLong("overfitting_since")).isEqualTo(6);
    assertThat(report.getDouble("best_validation_loss")).isEqualTo(1.5);
    assertThat(report.getList("look_at.code")).contains("overfit");
    assertThat(report.getDouble("metrics.tuned.bleu")).isEqualTo(0.9);
    assertThat(report.getString("samples[0].base")).isEqualTo("base");
    assertThat(report.getInt("worst.tuned[0].index")).isEqualTo(4);
    assertThat(report.getString("worker.versions.torch")).isEqualTo("none");
    assertThat(report.getMap("worker.base.sha256")).containsKey("config.json");
    assertThat(report.getList("data.part"))
        .containsExactly("train", "validation", "test", "manifest");
    assertThat(report.getString("data[0].sha256")).hasSize(64);
    assertThat(report.getInt("began.steps")).isEqualTo(10);
    assertThat(report.getString("settings.priority")).isEqualTo("normal");
    assertThat(report.getList("checkpoints.step")).containsExactly(2, 4, 6, 8, 10);
    assertThat(report.getList("attempts.outcome")).containsExactly("succeeded");
    assertThat(report.getList("events.message"))
        .contains("The job has successfully completed")
        .contains(
            "Evaluated the tuned model on 1 examples of the test split; 2 are left out for their length");
    assertThat(report.getList("curve")).hasSize(10);

    TrainingSucceeded told = mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(job));
    assertThat(told.bestStep()).isEqualTo(4);
    assertThat(told.overfittingSince()).isEqualTo(6);
  }

  @Test
  void aLongJobIsToldByAsManyPointsAsAReportHasUseFor() throws Exception {
    String job = trained("{\"steps\": 2}");
    try (var connection = database.getConnection();
        var insert =
            connection.prepareStatement(
                """
                INSERT INTO curve_point (id, job_id, step, loss, validation_loss, learning_rate)
                SELECT ? || '/' || n, ?, n, 3.0 / n,
                  CASE WHEN n % 4000 = 0 THEN 1 + abs(n - 200000) / 1e6 END, 0.001
                FROM generate_series(3, 400000) AS n
                """)) {
      insert.setString(1, job);
      insert.setString(2, job);
      insert.executeUpdate();
    }

    JsonPath report = JsonPath.from(text(Mesh.acme().get(JOBS + job + "/report")));
    List<Integer> steps = report.getList("curve.step");
    assertThat(steps).hasSizeBetween(2000, 2200).isSorted().doesNotHaveDuplicates();
    assertThat(steps).contains(1, 2, 200000, 399999, 400000);
    assertThat(report.getList("curve.findAll { it.validation_loss != null }")).hasSize(101);
    assertThat(text(Mesh.acme().get(JOBS + job + "/curves.svg"))).contains("polyline");
    assertThat(text(Mesh.acme().get(JOBS + job + "/report.html")).length()).isLessThan(1_000_000);
  }

  @Test
  void theMetricThatChoseTheBestStepIsTold() throws Exception {
    String job = trained("{\"steps\": 8, \"best_step\": 4, \"best_metric\": \"macro_f1\"}");
    String json = text(Mesh.acme().get(JOBS + job + "/report"));
    assertThat(SCHEMA.mistakes(json)).isEmpty();
    JsonPath report = JsonPath.from(json);
    assertThat(report.getString("best_metric.name")).isEqualTo("macro_f1");
    assertThat(report.getDouble("best_metric.value")).isEqualTo(0.5);
    assertThat(report.getDouble("curve[3].validation_metrics.macro_f1")).isEqualTo(0.5);
    TrainingSucceeded told = mesh.await1(TrainingSucceeded.class, e -> e.jobId().equals(job));
    assertThat(told.bestMetric()).isEqualTo(new BestMetric("macro_f1", 0.5, true));
    assertThat(
            mesh.await1(
                    TrainingProgressed.class,
                    e -> e.jobId().equals(job) && e.step() == 4 && e.validationMetrics() != null)
                .validationMetrics())
        .containsEntry("macro_f1", 0.5);
    String page = text(Mesh.acme().get(JOBS + job + "/report.html"));
    assertThat(page).contains("Best: step 4, macro_f1 0.5000").contains(">macro_f1<");
  }

  @Test
  void thePageHoldsWhateverAnAnswerWasAsText() throws Exception {
    String job = trained(OVERFIT);
    Response response = Mesh.acme().accept("text/html").get(JOBS + job + "/report");
    assertThat(response.contentType()).startsWith("text/html");
    assertThat(response.header("Content-Security-Policy"))
        .startsWith("default-src 'none'; style-src 'sha256-")
        .doesNotContain("unsafe");
    Document page = parse(text(response));
    assertThat(page.getElementsByTagName("script").getLength()).isZero();
    assertThat(page.getElementsByTagName("b").getLength()).isZero();
    String words = page.getDocumentElement().getTextContent();
    assertThat(words)
        .contains("<script>alert(1)</script>", "</pre><b>", "{page.title}\uFFFD")
        .contains("line 5 of the test split", "score 0.1250")
        .contains("From step 6 on", "step 4 is the best", "The job has successfully completed");
    assertThat(page.getElementsByTagName("polyline").getLength()).isEqualTo(4);
    assertThat(text(Mesh.acme().get(JOBS + job + "/report.html"))).isEqualTo(text(response));

    Response svg = Mesh.acme().get(JOBS + job + "/curves.svg");
    assertThat(svg.contentType()).startsWith("image/svg+xml");
    assertThat(text(svg)).contains("best: step 4, 1.500").contains("over-fitting");
  }

  @Test
  void aJobThatWaitsOrRunsShowsWhatThereIsSoFar() {
    String dataset = "ds-" + UUID.randomUUID();
    String job =
        Mesh.create(
                "{\"model\": \"tunemesh-starter\", \"training_file\": \"%s\"}".formatted(dataset))
            .getString("id");
    String waiting = text(Mesh.acme().get(JOBS + job + "/report"));
    assertThat(SCHEMA.mistakes(waiting)).isEmpty();
    assertThat(JsonPath.from(waiting).getList("look_at.message").toString())
        .contains("validating files");
    assertThat(text(Mesh.acme().get(JOBS + job + "/curves.svg"))).contains("No step is done yet.");
    text(Mesh.acme().get(JOBS + job + "/report.html"));

    mesh.send(
        Mesh.envelope(
            Mesh.TENANT, mesh.dataset(dataset, "{\"steps\": 2000, \"step_s\": 0.05}", null)));
    mesh.await1(TrainingProgressed.class, e -> e.jobId().equals(job) && e.step() == 4);
    String running = text(Mesh.acme().get(JOBS + job + "/report"));
    assertThat(SCHEMA.mistakes(running)).isEmpty();
    assertThat(JsonPath.from(running).getList("curve").size()).isGreaterThanOrEqualTo(4);
    assertThat(JsonPath.from(running).getString("metrics.base.bleu")).isNotNull();
    assertThat(text(Mesh.acme().get(JOBS + job + "/curves.svg"))).contains("<polyline");
    assertThat(text(Mesh.acme().get(JOBS + job + "/report.html"))).contains("so far");
    Mesh.post(JOBS + job + "/cancel");
  }

  @Test
  void aFailedJobSaysWhyAtTheTop() {
    String dataset = "ds-" + UUID.randomUUID();
    mesh.send(
        Mesh.envelope(
            Mesh.TENANT,
            mesh.dataset(
                dataset, "{\"fail\": {\"code\": \"no_module\", \"reason\": \"No such.\"}}", null)));
    String job =
        Mesh.create(
                "{\"model\": \"tunemesh-starter\", \"training_file\": \"%s\"}".formatted(dataset))
            .getString("id");
    Mesh.awaitStatus(job, "failed");
    String json = text(Mesh.acme().get(JOBS + job + "/report"));
    assertThat(SCHEMA.mistakes(json)).isEmpty();
    assertThat(JsonPath.from(json).getString("look_at[0].code")).isEqualTo("no_module");
    assertThat(text(Mesh.acme().get(JOBS + job + "/report.html"))).contains("No such.");
  }

  @Test
  void isNotThereForAnotherTenant() {
    String job = trained("{\"steps\": 1}");
    for (String path : List.of("/report", "/report.html", "/curves.svg")) {
      assertThat(Mesh.as(MeshResource.OTHER_KEY).get(JOBS + job + path).statusCode())
          .isEqualTo(404);
    }
  }

  private static Document parse(String html) throws Exception {
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
  }
}
