package io.tunemesh.dataset;

import static io.tunemesh.dataset.Client.key;
import static io.tunemesh.dataset.Client.pages;
import static io.tunemesh.dataset.Client.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

/** Reports as people and programs get them, on the real parts. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class ReportOverHttpTest {

  private static final String BROWSER =
      "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

  @Inject Mesh mesh;
  @Inject BlobStore blobs;
  @Inject DataSource database;

  private final String run = Mesh.newRun();
  private final String en = "file-en-" + UUID.randomUUID();

  @Test
  void givesTheReportAsJsonAndAsAPage() throws IOException {
    String path = "/v1/datasets/" + built() + "/report";

    JsonNode report = json(path);
    assertThat(report.get("object").asText()).isEqualTo("dataset.report");
    assertThat(report.at("/rows/in").asLong()).isEqualTo(26);
    assertThat(report.at("/rows/kept").asLong()).isEqualTo(25);
    assertThat(report.at("/refusals/0/first/0/cell").asText()).isEqualTo("C27");
    key(MeshResource.KEY)
        .accept("application/json, text/html;q=0.5")
        .get(path)
        .then()
        .contentType("application/json");

    String page =
        key(MeshResource.KEY)
            .accept(BROWSER)
            .get(path)
            .then()
            .statusCode(200)
            .contentType("text/html")
            .header("Content-Security-Policy", Matchers.startsWith("default-src 'none'; style-src"))
            .header("X-Content-Type-Options", "nosniff")
            .header("Vary", "Accept")
            .extract()
            .asString();
    assertThat(page).contains("What to look at", "english.xlsx, sheet Sheet1, cell C27");
    key(MeshResource.KEY)
        .get(path + ".html")
        .then()
        .statusCode(200)
        .contentType("text/html")
        .body(Matchers.equalTo(page));
  }

  @Test
  void leadsFromARefusalToAllOfItsCode() throws IOException {
    String path = "/v1/datasets/" + built() + "/";

    String list = json(path + "report").at("/refusals/0/list").asText();

    assertThat(pages(path + list, 5)).hasSize(1);
    assertThat(pages(path + "refused?code=another", 5)).isEmpty();
  }

  @Test
  void reportsOnARejectedDatasetWhetherItsRowsWereReadOrNot() throws IOException {
    mesh.tell(run, Workbooks.withARefusedRow(blobs, en, "e.xlsx", 0, new Plan(null, null, null)));
    String read = mesh.rejected(run).datasetId();
    String second = Mesh.newRun();
    mesh.tell(
        second,
        Workbooks.withColumns(
            blobs,
            "file-c-" + second,
            "c.xlsx",
            List.of("text", "remark"),
            new Plan(null, null, null)));
    String unread = mesh.rejected(second).datasetId();

    JsonNode of = json("/v1/datasets/" + read + "/report");
    assertThat(of.at("/rejected/code").asText()).isEqualTo("no_rows_kept");
    assertThat(of.at("/rows/refused").asLong()).isEqualTo(1);
    JsonNode other = json("/v1/datasets/" + unread + "/report");
    assertThat(other.at("/rejected/code").asText()).isEqualTo("column_missing");
    assertThat(other.has("rows")).isFalse();
    assertThat(other.at("/sources/0/file").asText()).isEqualTo("c.xlsx");
    assertThat(other.at("/sources/0/rows_in").asLong()).isEqualTo(1);
    key(MeshResource.KEY)
        .get("/v1/datasets/" + unread + "/report.html")
        .then()
        .statusCode(200)
        .body(Matchers.containsString("There is no dataset"));
  }

  @Test
  void refusesWhatHasNoReport() throws Exception {
    String id = built();
    String waiting = post("{\"sources\": [{\"file\": \"file-never-come\"}]}").extract().path("id");

    for (String page : List.of("/report", "/report.html")) {
      key(MeshResource.OTHER_KEY).get("/v1/datasets/" + id + page).then().statusCode(404);
      key(MeshResource.KEY).get("/v1/datasets/ds-none" + page).then().statusCode(404);
      key(MeshResource.KEY)
          .accept(BROWSER)
          .get("/v1/datasets/" + waiting + page)
          .then()
          .statusCode(409)
          .body("error.code", Matchers.is("dataset_not_built"));
    }
    forgetTheReport(id);
    key(MeshResource.KEY)
        .get("/v1/datasets/" + id + "/report")
        .then()
        .statusCode(409)
        .body("error.code", Matchers.is("report_missing"));
  }

  private String built() throws IOException {
    mesh.tell(
        run, Workbooks.withARefusedRow(blobs, en, "english.xlsx", 25, new Plan(null, null, null)));
    return mesh.built(run).datasetId();
  }

  /** As a dataset is that was built before there were reports. */
  private void forgetTheReport(String id) throws Exception {
    try (var connection = database.getConnection();
        var older =
            connection.prepareStatement(
                "UPDATE dataset SET files = (files::jsonb - 'report' - 'lineage')::text WHERE id ="
                    + " ?")) {
      older.setString(1, id);
      assertThat(older.executeUpdate()).isEqualTo(1);
    }
  }

  private static JsonNode json(String path) throws IOException {
    return Client.json(key(MeshResource.KEY).get(path).then());
  }
}
