package io.tunemesh.ingest.upload;

import static io.restassured.RestAssured.given;
import static io.tunemesh.ingest.upload.Calls.as;
import static io.tunemesh.ingest.upload.Calls.awaitStatus;
import static io.tunemesh.ingest.upload.Calls.file;
import static io.tunemesh.ingest.upload.Calls.upload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.ingest.testing.Books;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.Session;
import org.junit.jupiter.api.Test;

/** {@code /v1/files} on real Kafka, PostgreSQL and blobs. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class FilesTest {

  @Inject BlobStore blobs;
  @Inject Uploads uploads;
  @Inject EntityManager entities;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String servers;

  @ConfigProperty(name = "tunemesh.blobs.root")
  Path store;

  @ConfigProperty(name = "tunemesh.upload.spool")
  Path spool;

  @Test
  void parsesAnUploadAndSaysSoOnce() throws IOException {
    String plan =
        "{\"dataset\":{\"sources\":[{\"file\":\"exam paper.xlsx\",\"recipe\":\"exam\"}]},\"training\":{}}";

    byte[] book = Books.questions(3);

    Response created =
        as(MeshResource.KEY)
            .multiPart(file("file", "exam paper.xlsx", book))
            .multiPart("purpose", "fine-tune")
            .multiPart("recipe", "exam")
            .multiPart("plan", plan)
            .post("/v1/files");

    created
        .then()
        .statusCode(200)
        .body("object", equalTo("file"))
        .body("filename", equalTo("exam paper.xlsx"))
        .body("status", equalTo("uploaded"))
        .body("purpose", equalTo("fine-tune"))
        .body("recipe", equalTo("exam"))
        .body("bytes", equalTo(book.length))
        .body("created_at", notNullValue())
        .body("run", notNullValue());
    String id = created.path("id");
    awaitStatus(id, "processed");
    var events = kafka().events(Topic.UPLOADS.topicName(), id, 2);
    assertThat(events).extracting(event -> event.tenant()).containsOnly("acme");
    assertThat(events).extracting(event -> event.run()).containsOnly((String) created.path("run"));
    assertThat(events.getFirst().data())
        .isInstanceOfSatisfying(
            UploadReceived.class,
            received -> {
              assertThat(received.content().key()).isEqualTo("uploads/" + id + "/content");
              assertThat(received.plan().dataset().sources()).hasSize(1);
            });
    UploadParsed parsed = (UploadParsed) events.getLast().data();
    assertThat(parsed.kind()).isEqualTo("workbook");
    assertThat(parsed.rows()).isEqualTo(3);
    assertThat(parsed.recipe()).isEqualTo("exam");
    assertThat(parsed.plan().training()).isNotNull();
    assertThat(parsed.sheets())
        .containsExactly(
            new UploadParsed.Sheet(
                "Sheet1",
                1,
                List.of(
                    new UploadParsed.Column("question", "A"),
                    new UploadParsed.Column("answer", "B")),
                3));
    assertThat(records(parsed))
        .contains(new SourceRecord("Sheet1", 2, java.util.Map.of("question", "q1", "answer", "a1")))
        .hasSize(3);
    assertThat(
            as(MeshResource.KEY).get("/v1/files/" + id + "/content").then().extract().asByteArray())
        .isEqualTo(book);
  }

  @Test
  void saysEveryMistakeOfAPlanAndStoresNothing() throws IOException {
    List<String> before = contents();

    Response refused =
        as(MeshResource.KEY)
            .multiPart(file("file", "a.xlsx", Books.questions(1)))
            .multiPart("purpose", "fine-tune")
            .multiPart(
                "plan",
                "{\"dataset\":{\"sources\":[{\"file\":\"a.xlsx\",\"recipe\":\"exma\"}]},\"training\":{\"lora_rank\":-1,\"epochs\":3}}")
            .post("/v1/files");

    refused
        .then()
        .statusCode(400)
        .body(
            "error.errors.field",
            hasItems("dataset.sources[0].recipe", "training.lora_rank", "training.epochs"));
    assertThat(contents()).isSubsetOf(before);
  }

  @Test
  void wantsARunForAPlanOfSeveralFiles() {
    String plan = "{\"dataset\":{\"sources\":[{\"file\":\"a.xlsx\"},{\"file\":\"b.xlsx\"}]}}";

    as(MeshResource.KEY)
        .multiPart(file("file", "a.xlsx", Books.questions(1)))
        .multiPart("purpose", "fine-tune")
        .multiPart("plan", plan)
        .post("/v1/files")
        .then()
        .statusCode(400)
        .body("error.code", equalTo("run_missing"))
        .body("error.param", equalTo("run"));
    as(MeshResource.KEY)
        .multiPart(file("file", "a.xlsx", Books.questions(1)))
        .multiPart("purpose", "fine-tune")
        .multiPart("plan", plan)
        .multiPart("run", "spring")
        .post("/v1/files")
        .then()
        .statusCode(200)
        .body("run", equalTo("spring"));
  }

  @Test
  void refusesFieldsThatAreMissingOrWrong() {
    as(MeshResource.KEY)
        .multiPart("purpose", "fine-tune")
        .post("/v1/files")
        .then()
        .statusCode(400)
        .body("error.code", equalTo("missing_file"));
    for (String[] field :
        new String[][] {
          {"purpose", "vision", "invalid_purpose"},
          {"recipe", "exma", "invalid_specification"},
          {"run", "a b", "invalid_run"},
          {"expires_after[seconds]", "3600", "unsupported_parameter"}
        }) {
      RequestSpecification request =
          as(MeshResource.KEY)
              .multiPart(file("file", "a.xlsx", Books.questions(1)))
              .multiPart(field[0], field[1]);
      (field[0].equals("purpose") ? request : request.multiPart("purpose", "fine-tune"))
          .post("/v1/files")
          .then()
          .statusCode(400)
          .body("error.code", equalTo(field[2]));
    }
  }

  @Test
  void rejectsAHostileFileAndStaysReady() {
    String id = upload(MeshResource.KEY, "bomb.xlsx", Books.bomb());

    awaitStatus(id, "error");

    UploadRejected rejected =
        (UploadRejected) kafka().events(Topic.UPLOADS.topicName(), id, 2).getLast().data();
    assertThat(rejected.code()).isEqualTo("zip_bomb");
    assertThat(rejected.where().file()).isEqualTo("bomb.xlsx");
    as(MeshResource.KEY)
        .get("/v1/files/" + id)
        .then()
        .body("status_details", equalTo(rejected.reason()));
    given().get("/q/health/ready").then().statusCode(200);
    awaitStatus(upload(MeshResource.KEY, "good.xlsx", Books.questions(1)), "processed");
  }

  @Test
  void keepsTenantsApart() {
    String id = upload(MeshResource.KEY, "mine.xlsx", Books.questions(1));

    for (String path : List.of("/v1/files/" + id, "/v1/files/" + id + "/content")) {
      as(MeshResource.OTHER_KEY)
          .get(path)
          .then()
          .statusCode(404)
          .body("error.code", equalTo("not_found"));
    }
    as(MeshResource.OTHER_KEY).delete("/v1/files/" + id).then().statusCode(404);
    as(MeshResource.OTHER_KEY).get("/v1/files?after=" + id).then().statusCode(404);
    assertThat(as(MeshResource.OTHER_KEY).get("/v1/files").<List<String>>path("data.id"))
        .doesNotContain(id);
    given().get("/v1/files").then().statusCode(401);
    as(MeshResource.KEY).get("/v1/files/" + id).then().statusCode(200);
  }

  @Test
  void deletesAFileWithItsBytes() {
    String id = upload(MeshResource.KEY, "gone.xlsx", Books.questions(1));
    awaitStatus(id, "processed");

    as(MeshResource.KEY)
        .delete("/v1/files/" + id)
        .then()
        .statusCode(200)
        .body("id", equalTo(id))
        .body("object", equalTo("file"))
        .body("deleted", equalTo(true));

    as(MeshResource.KEY).get("/v1/files/" + id).then().statusCode(404);
    as(MeshResource.KEY).delete("/v1/files/" + id).then().statusCode(404);
    await()
        .atMost(Calls.PATIENCE)
        .untilAsserted(
            () -> {
              try (Stream<Path> left = Files.list(store.resolve("uploads/" + id))) {
                assertThat(left).isEmpty();
              }
            });
  }

  @Test
  void pagesAsTheClientLibrariesDo() {
    String purpose = "evals";
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(
          as(MeshResource.OTHER_KEY)
              .multiPart(file("file", i + ".xlsx", Books.questions(1)))
              .multiPart("purpose", purpose)
              .post("/v1/files")
              .path("id"));
    }
    as(MeshResource.OTHER_KEY).delete("/v1/files/" + made.get(1)).then().statusCode(200);

    List<String> listed = new ArrayList<>();
    String after = made.get(1);
    boolean more = true;
    while (more) {
      Response page =
          as(MeshResource.OTHER_KEY)
              .queryParam("purpose", purpose)
              .queryParam("order", "asc")
              .queryParam("limit", 2)
              .queryParam("after", after)
              .get("/v1/files");
      listed.addAll(page.path("data.id"));
      after = page.path("last_id");
      more = page.path("has_more");
    }

    assertThat(listed).containsExactlyElementsOf(made.subList(2, 5));
    assertThat(
            as(MeshResource.OTHER_KEY)
                .get("/v1/files?purpose=" + purpose)
                .<List<String>>path("data.id"))
        .containsExactly(made.get(4), made.get(3), made.get(2), made.get(0));
    as(MeshResource.KEY).get("/v1/files?limit=0").then().statusCode(400);
    as(MeshResource.KEY).get("/v1/files?order=up").then().statusCode(400);
  }

  @Test
  void listsWithoutReadingWhatIsNotShown() {
    String id = upload(MeshResource.KEY, "listed.xlsx", Books.questions(1));

    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              assertThat(uploads.list("acme", null, null, false, 100))
                  .extracting(FileObject::id)
                  .contains(id);
              assertThat(entities.unwrap(Session.class).getStatistics().getEntityCount()).isZero();
            });
  }

  private List<SourceRecord> records(UploadParsed parsed) throws IOException {
    try (var in = blobs.open(parsed.records());
        var lines = Json.MAPPER.readerFor(SourceRecord.class).<SourceRecord>readValues(in)) {
      return lines.readAll();
    }
  }

  /** Those of deleted files go at any time. */
  private List<String> contents() throws IOException {
    return blobs.list("uploads").stream()
        .map(BlobStore.Stored::key)
        .filter(key -> key.endsWith("/content"))
        .toList();
  }

  private Kafka kafka() {
    return new Kafka(servers);
  }

  static String unique() {
    return UUID.randomUUID().toString();
  }
}
