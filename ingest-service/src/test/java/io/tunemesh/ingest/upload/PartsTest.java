package io.tunemesh.ingest.upload;

import static io.tunemesh.ingest.upload.Calls.as;
import static io.tunemesh.ingest.upload.Calls.file;
import static io.tunemesh.ingest.upload.PartCalls.complete;
import static io.tunemesh.ingest.upload.PartCalls.create;
import static io.tunemesh.ingest.upload.PartCalls.creation;
import static io.tunemesh.ingest.upload.PartCalls.part;
import static io.tunemesh.ingest.upload.PartCalls.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.ingest.testing.Documents;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** {@code /v1/uploads} as OpenAI's client libraries use it, and as broken networks do. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class PartsTest {

  private static final byte[] CSV = Documents.utf8("text,label\n好,1\n坏,0\nfine,1\n");

  @Inject Sweeper sweeper;
  @Inject Leftovers leftovers;
  @Inject AgroalDataSource database;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String servers;

  @ConfigProperty(name = "tunemesh.blobs.root")
  Path store;

  @Test
  void makesAFileOfPartsSentInParallelAndInAnyOrder() throws Exception {
    byte[] csv = Documents.utf8("text,label\n" + "a line of text,1\n".repeat(20_000));
    String id = create("big.csv", csv.length);
    int size = csv.length / 7 + 1;
    String[] parts = new String[7];

    try (var pool = Executors.newFixedThreadPool(4)) {
      List<Callable<String>> sends =
          IntStream.range(0, 7)
              .<Callable<String>>mapToObj(
                  i -> () -> parts[6 - i] = send(id, slice(csv, 6 - i, size)))
              .toList();
      for (var sent : pool.invokeAll(sends)) {
        sent.get();
      }
    }
    Response completed = complete(id, List.of(parts), md5(csv));

    completed.then().statusCode(200).body("status", equalTo("completed"));
    completed.then().body("object", equalTo("upload")).body("file.object", equalTo("file"));
    String file = completed.path("file.id");
    assertThat(as(MeshResource.KEY).get("/v1/files/" + file + "/content").asByteArray())
        .isEqualTo(csv);
    UploadParsed parsed =
        (UploadParsed)
            new Kafka(servers).events(Topic.UPLOADS.topicName(), file, 2).getLast().data();
    assertThat(parsed.filename()).isEqualTo("big.csv");
    assertThat(parsed.rows()).isEqualTo(20_000);
  }

  @Test
  void takesAPartAgainAndTellsWhatIsThere() {
    String id = create("a.csv", CSV.length);
    String first = send(id, Arrays.copyOf(CSV, 10));

    String again = send(id, Arrays.copyOf(CSV, 10));

    assertThat(again).isEqualTo(first);
    as(MeshResource.KEY)
        .get("/v1/uploads/" + id)
        .then()
        .statusCode(200)
        .body("status", equalTo("pending"))
        .body("file", nullValue())
        .body("parts", hasSize(1))
        .body("parts[0].id", equalTo(first))
        .body("parts[0].bytes", equalTo(10));
    String second = send(id, Arrays.copyOfRange(CSV, 10, CSV.length));
    complete(id, List.of(first, second), null).then().statusCode(200);
  }

  @Test
  void completesOnceHoweverOftenItIsAsked() throws Exception {
    String id = create("a.csv", CSV.length);
    String part = send(id, CSV);

    try (var pool = Executors.newFixedThreadPool(3)) {
      Callable<Response> ask = () -> complete(id, List.of(part), null);
      List<String> files = new java.util.ArrayList<>();
      for (var answer : pool.invokeAll(List.of(ask, ask, ask))) {
        answer.get().then().statusCode(200);
        files.add(answer.get().path("file.id"));
      }
      assertThat(files).hasSize(3).containsOnly(files.getFirst());
      assertThat(new Kafka(servers).events(Topic.UPLOADS.topicName(), files.getFirst(), 2))
          .hasSize(2);
    }
  }

  @Test
  void showsNoFileThatWasDeleted() {
    String id = create("a.csv", CSV.length);
    String part = send(id, CSV);
    String file = complete(id, List.of(part), null).path("file.id");

    as(MeshResource.KEY).delete("/v1/files/" + file).then().statusCode(200);

    as(MeshResource.KEY)
        .get("/v1/uploads/" + id)
        .then()
        .statusCode(200)
        .body("status", equalTo("completed"))
        .body("file", nullValue());
    refused(complete(id, List.of(part), null), "file_deleted");
  }

  @Test
  void refusesAnEndThatIsNotWhatWasSaid() throws Exception {
    String id = create("a.csv", CSV.length);
    String part = send(id, Arrays.copyOf(CSV, 10));
    String rest = send(id, Arrays.copyOfRange(CSV, 10, CSV.length));

    refused(complete(id, List.of(part), null), "bytes_mismatch");
    refused(complete(id, List.of(part, "part_none"), null), "part_unknown");
    refused(complete(id, List.of(rest, part), md5(CSV)), "md5_mismatch");
    refused(complete(id, List.of(), null), "missing_part_ids");

    complete(id, List.of(part, rest), md5(CSV).toUpperCase()).then().statusCode(200);
  }

  @Test
  void refusesWhatCannotBecomeAFile() {
    refused(creation(Map.of("bytes", 0)), "invalid_bytes");
    refused(creation(Map.of("purpose", "vision")), "invalid_purpose");
    refused(creation(Map.of("filename", " ")), "invalid_filename");
    refused(creation(Map.of("recipe", "exma")), "invalid_specification");
    refused(creation(Map.of("expires_after", Map.of("seconds", 3600))), "unsupported_parameter");
    refused(creation(Map.of("mime_type", "text/\u0000")), "invalid_mime_type");
    creation(Map.of("bytes", 600_000_000L)).then().statusCode(413);
    creation(Map.of("plan", Map.of("x", "y".repeat(1_000_000))))
        .then()
        .statusCode(400)
        .body("error.code", equalTo("invalid_specification"));
    creation(Map.of("plan", Map.of("x", "y".repeat(5_000_000))))
        .then()
        .statusCode(413)
        .body("error.code", equalTo("request_too_large"));
  }

  @Test
  void refusesANulInAnAddress() {
    for (String address :
        List.of(
            "/v1/uploads/a%00",
            "/v1/files/a%00b", "/v1/files?purpose=%00", "/v1/files?after=%00")) {
      refused(as(MeshResource.KEY).urlEncodingEnabled(false).get(address), "invalid_character");
    }
  }

  @Test
  void takesNoMoreBytesThanWereSaidTwiceOver() {
    String id = create("a.csv", 10);

    send(id, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
    send(id, new byte[] {2, 2, 3, 4, 5, 6, 7, 8, 9, 9});

    part(id, new byte[] {3, 3}).statusCode(400).body("error.code", equalTo("too_many_parts"));
  }

  @Test
  void endsByCancelAndRemovesTheParts() throws IOException {
    String id = create("a.csv", CSV.length);
    String part = send(id, CSV);

    for (int i = 0; i < 2; i++) {
      as(MeshResource.KEY)
          .post("/v1/uploads/" + id + "/cancel")
          .then()
          .statusCode(200)
          .body("status", equalTo("cancelled"));
    }
    sweeper.sweep();

    refused(complete(id, List.of(part), null), "upload_not_pending");
    part(id, CSV).statusCode(400).body("error.code", equalTo("upload_not_pending"));
    assertThat(blobs("parts/" + id)).isEmpty();
  }

  @Test
  void expires() throws Exception {
    String id = create("a.csv", CSV.length);
    String part = send(id, CSV);
    update(id, "expires_at = now() - interval '1 second'");

    refused(complete(id, List.of(part), null), "upload_not_pending");
    sweeper.sweep();

    as(MeshResource.KEY).get("/v1/uploads/" + id).then().body("status", equalTo("expired"));
    assertThat(blobs("parts/" + id)).isEmpty();
  }

  @Test
  void keepsThePartsThatSomeonePutsTogetherSinceTheyWereFoundToBeLeft() throws Exception {
    String id = create("a.csv", CSV.length);
    String part = send(id, CSV);
    update(
        id,
        "expires_at = now() - interval '1 second', joiner = 'another',"
            + " joined_until = now() + interval '1 hour'");

    assertThat(leftovers.parts(id)).isEmpty();

    update(id, "joined_until = now() - interval '1 second'");
    assertThat(leftovers.parts(id)).contains(List.of(part));
  }

  @Test
  void saysSoWhenAPartsBytesAreGone() throws IOException {
    String id = create("a.csv", CSV.length);
    String part = send(id, CSV);
    Files.delete(store.resolve("parts/" + id + "/" + part));

    Response lost = complete(id, List.of(part), null);

    refused(lost, "part_lost");
    lost.then().body("error.message", containsString(part));

    assertThat(send(id, CSV)).isEqualTo(part);
    complete(id, List.of(part), null).then().statusCode(200);
  }

  @Test
  void tellsOfNoPartBeforeItsBytesAreThere() throws IOException {
    String id = create("a.csv", CSV.length);
    Path parts = Files.createDirectories(store.resolve("parts"));
    Path obstacle = Files.writeString(parts.resolve(id), "no folder");

    part(id, CSV).statusCode(greaterThanOrEqualTo(500));

    as(MeshResource.KEY).get("/v1/uploads/" + id).then().body("parts", empty());
    Files.delete(obstacle);
    String part = send(id, CSV);
    as(MeshResource.KEY).get("/v1/uploads/" + id).then().body("parts.id", contains(part));
  }

  @Test
  void keepsTenantsApart() {
    String id = create("a.csv", CSV.length);
    String part = send(id, CSV);

    as(MeshResource.OTHER_KEY).get("/v1/uploads/" + id).then().statusCode(404);
    as(MeshResource.OTHER_KEY).post("/v1/uploads/" + id + "/cancel").then().statusCode(404);
    as(MeshResource.OTHER_KEY)
        .multiPart(file("data", "p", CSV))
        .post("/v1/uploads/" + id + "/parts")
        .then()
        .statusCode(404);
    as(MeshResource.OTHER_KEY)
        .contentType("application/json")
        .body(Map.of("part_ids", List.of(part)))
        .post("/v1/uploads/" + id + "/complete")
        .then()
        .statusCode(404);
    io.restassured.RestAssured.given().get("/v1/uploads/" + id).then().statusCode(401);
  }

  private void update(String id, String change) throws SQLException {
    try (var connection = database.getConnection();
        var update =
            connection.prepareStatement("UPDATE part_upload SET " + change + " WHERE id = ?")) {
      update.setString(1, id);
      update.executeUpdate();
    }
  }

  private static void refused(Response response, String code) {
    response.then().statusCode(400).body("error.code", equalTo(code));
  }

  private List<Path> blobs(String folder) throws IOException {
    Path path = store.resolve(folder);
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> left = Files.list(path)) {
      return left.toList();
    }
  }

  private static byte[] slice(byte[] bytes, int index, int size) {
    return Arrays.copyOfRange(bytes, index * size, Math.min((index + 1) * size, bytes.length));
  }

  private static String md5(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
  }
}
